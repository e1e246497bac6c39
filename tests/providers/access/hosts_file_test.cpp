// The hosts file on the disk: everything about it but our lines stays.
#include "providers/access/hosts_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "providers/access/replace_file.h"
#include "tests/support/sim_lab.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

const BlockOwner lab{"lab", "01"};
const std::vector<HostsEntry> wanted{{"a.local", "10.0.0.9"}};
const std::string others = "127.0.0.1 localhost\n";
const std::string written = others + "# >>> tbx lab 01\n10.0.0.9 a.local\n# <<< tbx lab 01\n";

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

struct stat status_of(const fs::path& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status;
}

/// Somebody who may read a folder and its files, and not write them.
class WithoutRights {
 public:
  explicit WithoutRights(const fs::path& folder) : folder_(folder) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      fs::permissions(entry.path(), fs::perms(0444));
    }
    fs::permissions(folder, fs::perms(0555));
    if (::geteuid() == 0) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  ~WithoutRights() {
    if (::getuid() == 0) {
      EXPECT_EQ(::seteuid(0), 0);
    }
    fs::permissions(folder_, fs::perms::owner_all);
  }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;

 private:
  fs::path folder_;
};

class HostsFile : public testing::Test {
 protected:
  HostsFile() { write(path, others); }
  TemporaryFolder folder;
  fs::path path = folder / "hosts";
};

TEST_F(HostsFile, IsWhereTheSystemHasItOrWhereTheUserSays) {
  ::unsetenv("TBX_HOSTS_FILE");
  EXPECT_EQ(hosts_file_path(), "/etc/hosts");
  ::setenv("TBX_HOSTS_FILE", "/some/where", 1);
  EXPECT_EQ(hosts_file_path(), "/some/where");
  ::unsetenv("TBX_HOSTS_FILE");
}

TEST_F(HostsFile, IsWrittenAndReadBackAndLeavesNothingBeside) {
  ASSERT_TRUE(write_hosts_file(path, lab, wanted));
  EXPECT_EQ(read(path), written);
  EXPECT_EQ(read_hosts_file(path, lab)->ours, wanted);
  ASSERT_TRUE(write_hosts_file(path, lab, {}));
  EXPECT_EQ(read(path), others);
  EXPECT_EQ(names_in(folder / ""), std::vector<std::string>{"hosts"});
}

TEST_F(HostsFile, KeepsItsMode) {
  fs::permissions(path, fs::perms(0640));
  ASSERT_TRUE(write_hosts_file(path, lab, wanted));
  EXPECT_EQ(status_of(path).st_mode & 07777, 0640U);
}

TEST_F(HostsFile, KeepsItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(path.c_str(), 1234, 4321), 0);
  ASSERT_TRUE(write_hosts_file(path, lab, wanted));
  EXPECT_EQ(status_of(path).st_uid, 1234U);
  EXPECT_EQ(status_of(path).st_gid, 4321U);
}

TEST_F(HostsFile, IsNotTouchedWhenItIsRightAlready) {
  write(path, written);
  auto before = status_of(path);
  ASSERT_TRUE(write_hosts_file(path, lab, wanted));
  EXPECT_EQ(status_of(path).st_ino, before.st_ino);
  EXPECT_EQ(status_of(path).st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

TEST_F(HostsFile, IsWrittenBehindASymbolicLink) {
  fs::create_symlink("hosts", folder / "link");
  ASSERT_TRUE(write_hosts_file(folder / "link", lab, wanted));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read(path), written);
}

TEST_F(HostsFile, KeepsItsOtherNames) {
  fs::create_hard_link(path, folder / "other-name");
  ASSERT_TRUE(write_hosts_file(path, lab, wanted));
  EXPECT_EQ(read(folder / "other-name"), written);
  ASSERT_TRUE(write_hosts_file(path, lab, {}));
  EXPECT_EQ(read(folder / "other-name"), others);
  EXPECT_EQ(names_in(folder / ""), (std::vector<std::string>{"hosts", "other-name"}));
}

TEST_F(HostsFile, IsMadeWhereThereIsNone) {
  EXPECT_TRUE(read_hosts_file(folder / "none", lab)->others.empty());
  ASSERT_TRUE(write_hosts_file(folder / "none", lab, wanted));
  EXPECT_EQ(read(folder / "none"), written.substr(others.size()));
  EXPECT_EQ(status_of(folder / "none").st_mode & 07777, 0644U);
}

TEST_F(HostsFile, SaysWhatToWriteByHandWhereItMayNot) {
  Status status;
  {
    WithoutRights nobody(folder / "");
    status = write_hosts_file(path, lab, wanted);
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), (Error{ErrorKind::rejected,
                                   "cannot write " + path.string() +
                                       ": Permission denied; run tbx again with sudo, or change it by hand",
                                   "these lines, in the place of those with the same markers:\n"
                                   "# >>> tbx lab 01\n10.0.0.9 a.local\n# <<< tbx lab 01\n"}));
  EXPECT_EQ(names_in(folder / ""), std::vector<std::string>{"hosts"});
}

TEST_F(HostsFile, NamesTheFileAndTheLineOfABrokenBlock) {
  write(path, "# >>> tbx lab 01\n");
  for (const Error& error : {write_hosts_file(path, lab, wanted).error(), read_hosts_file(path, lab).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::malformed_answer);
    EXPECT_TRUE(error.message.starts_with(path.string() + ", line 1 begins a block")) << error.message;
  }
  EXPECT_EQ(read(path), "# >>> tbx lab 01\n");
}

TEST_F(HostsFile, IsAFileOrItIsNotRead) {
  EXPECT_EQ(read_hosts_file(folder / "", lab).error().message,
            "cannot read " + (folder / "").string() + ": it is no regular file");
}

TEST_F(HostsFile, IsNotReplacedWhenSomebodyElseChangedIt) {
  auto replaced = replace_file(path, "what it said before", "ours");
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().trouble, ReplaceTrouble::changed_meanwhile);
  fs::create_hard_link(path, folder / "other-name");
  EXPECT_EQ(replace_file(path, "what it said before", "ours").error().trouble, ReplaceTrouble::changed_meanwhile);
  EXPECT_EQ(read(path), others);
  EXPECT_EQ(names_in(folder / ""), (std::vector<std::string>{"hosts", "other-name"}));
}

TEST_F(HostsFile, KeepsTheBackupOfAWriteThatWasCutOff) {
  fs::create_hard_link(path, folder / "other-name");
  write(folder / "hosts.tbx-backup", "what it said");
  Status status = write_hosts_file(path, lab, wanted);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "cannot write " + path.string() + ": " + (folder / "hosts.tbx-backup").string() +
                " is left of a write that was cut off: see which of the two is right, keep that "
                "one, and remove the backup");
  EXPECT_EQ(read(folder / "hosts.tbx-backup"), "what it said");
}

}  // namespace
}  // namespace tbx
