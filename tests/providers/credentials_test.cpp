// What lies in _out/<cluster>: written privately, read back, and removed without touching anything else.
#include "providers/credentials.h"

#include <gtest/gtest.h>

#include <fstream>

#include "providers/private_file.h"
#include "providers/sim/credential_store.h"
#include "providers/sim/sim_credentials.h"
#include "tests/support/sim_lab.h"

namespace tbx {
namespace {

using test::TemporaryFolder;

TEST(Credentials, AreAbsentInAFolderThatIsNotThere) {
  TemporaryFolder folder;
  CredentialState state = CredentialReader(folder / "none").observe();
  EXPECT_EQ(state.secrets, Presence::absent);
  EXPECT_EQ(state.talosconfig, Presence::absent);
  EXPECT_EQ(state.kubeconfig, Presence::absent);
}

TEST(Credentials, AreReadBackAsTheyWereWritten) {
  TemporaryFolder folder;
  CredentialReader reader(folder / "_out");
  EXPECT_EQ(reader.observe().secrets, Presence::absent);
  ASSERT_TRUE(sim::write_secrets(folder / "_out"));
  ASSERT_TRUE(sim::write_talosconfig(folder / "_out", "lab", {"10.0.0.2", "10.0.0.1"}));
  ASSERT_TRUE(sim::write_kubeconfig(folder / "_out", "lab", "10.0.0.1"));
  CredentialState state = reader.observe();
  EXPECT_EQ(state.secrets, Presence::present);
  EXPECT_EQ(state.cluster_id.size(), 16U);
  EXPECT_EQ(state.talosconfig_endpoints, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(state.kubeconfig_server, "https://10.0.0.1:6443");
  EXPECT_TRUE(reader.fingerprint_key());
}

TEST(Credentials, AnEmptyTalosconfigIsNone) {
  TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "_out/talosconfig", "context: \"\"\ncontexts: {}\n"));
  EXPECT_EQ(CredentialReader(folder / "_out").observe().talosconfig, Presence::absent);
}

TEST(Credentials, AreForTheirOwnerOnly) {
  TemporaryFolder folder;
  ASSERT_TRUE(sim::write_secrets(folder / "_out"));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder / "_out").permissions(), perms::owner_all);
  EXPECT_EQ(std::filesystem::status(folder / "_out/secrets.yaml").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(Credentials, SecretsThatAreThereStay) {
  TemporaryFolder folder;
  ASSERT_TRUE(sim::write_secrets(folder / "_out"));
  auto before = read_secrets(folder / "_out");
  ASSERT_TRUE(sim::write_secrets(folder / "_out"));
  EXPECT_EQ(read_secrets(folder / "_out")->id, before->id);
}

TEST(Credentials, InMemoryAreLikeThoseInAFolder) {
  TemporaryFolder folder;
  sim::CredentialFolder files(folder / "_out");
  sim::CredentialMemory memory("any text");
  EXPECT_EQ(memory.observe(), files.observe());
  for (sim::CredentialStore* store : std::initializer_list<sim::CredentialStore*>{&files, &memory}) {
    EXPECT_FALSE(store->fingerprint_key());
    ASSERT_TRUE(store->generate_secrets());
    std::string id = store->observe().cluster_id;
    EXPECT_EQ(id.size(), 16U);
    EXPECT_TRUE(store->fingerprint_key());
    ASSERT_TRUE(store->generate_secrets());
    EXPECT_EQ(store->observe().cluster_id, id);
    ASSERT_TRUE(store->write_talosconfig("lab", {"10.0.0.2", "10.0.0.1"}));
    ASSERT_TRUE(store->write_kubeconfig("lab", "10.0.0.1"));
  }
  CredentialState state = memory.observe();
  state.cluster_id = files.observe().cluster_id;
  EXPECT_EQ(state, files.observe());
  ASSERT_TRUE(files.remove());
  ASSERT_TRUE(memory.remove());
  EXPECT_EQ(memory.observe(), files.observe());
}

TEST(Credentials, ReadWhatTalosctlItselfWrote) {
  auto secrets = read_secrets(std::filesystem::path(TBX_SOURCE_DIR) / "tests/recorded/talosctl-1.12.6/config");
  ASSERT_TRUE(secrets) << secrets.error().message;
  EXPECT_EQ(secrets->id, "ni2zXsjRUQtHPGKAdjYkFXxnn2Ha_O0lehN-Huc30nc=");
}

TEST(Credentials, AFileThatIsNoSecretsBundleIsUnknown) {
  TemporaryFolder folder;
  ASSERT_TRUE(write_private_file(folder / "_out/secrets.yaml", "hello\n"));
  EXPECT_EQ(CredentialReader(folder / "_out").observe().secrets, Presence::unknown);
  EXPECT_EQ(read_secrets(folder / "_out").error().kind, ErrorKind::malformed_answer);
}

TEST(Credentials, RemovalTakesOnlyWhatIsKnown) {
  TemporaryFolder folder;
  ASSERT_TRUE(sim::write_secrets(folder / "_out"));
  ASSERT_TRUE(write_private_file(folder / "_out/snapshots/one.snapshot", "x"));
  ASSERT_TRUE(write_private_file(folder / "_out/notes.txt", "mine"));
  EXPECT_EQ(credential_files(folder / "_out").size(), 2U);
  ASSERT_TRUE(remove_credentials(folder / "_out"));
  EXPECT_TRUE(std::filesystem::exists(folder / "_out/notes.txt"));
  EXPECT_FALSE(std::filesystem::exists(folder / "_out/snapshots"));
  std::filesystem::remove(folder / "_out/notes.txt");
  ASSERT_TRUE(remove_credentials(folder / "_out"));
  EXPECT_FALSE(std::filesystem::exists(folder / "_out"));
}

}  // namespace
}  // namespace tbx
