// Where the secrets of a spec are written.
#include "specs/secret_references.h"

#include <gtest/gtest.h>

#include "specs/mask.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Lines = std::vector<std::string>;

Lines references_in(std::string_view keys, const Files& files = {}) {
  const LoadedSpec loaded = load_keys(keys, files);
  Lines lines;
  for (const SecretReference& each : secret_references(spec_of(loaded), loaded.origins, "cluster.yaml")) {
    lines.push_back(each.field + " = " + each.file + " " + each.pointer);
  }
  return lines;
}

TEST(SecretReferences, NameTheSpecForWhatIsWrittenInIt) {
  EXPECT_EQ(references_in("addons: [{name: hello, chart: oci://charts.example/hello, version: 1.0.0, values: {db: "
                          "{password: x, 'a/b': {token: y}}}}]\n"),
            (Lines{"addons.hello.values.db.a/b.token = cluster.yaml /spec/addons/0/values/db/a~1b/token",
                   "addons.hello.values.db.password = cluster.yaml /spec/addons/0/values/db/password"}));
}

TEST(SecretReferences, NameTheFileThatCountsWhenBothSayIt) {
  const Files files{{"v.yaml", "db: {password: file, token: file}\n"}};
  EXPECT_EQ(references_in("addons: [{name: hello, chart: oci://charts.example/hello, version: 1.0.0, valuesFile: "
                          "v.yaml, values: {db: {password: own}}}]\n",
                          files),
            (Lines{"addons.hello.values.db.password = cluster.yaml /spec/addons/0/values/db/password",
                   "addons.hello.values.db.token = v.yaml /db/token"}));
}

TEST(SecretReferences, NameAPatchOnceForAllItsNodes) {
  const Files files{{"p.yaml", "cluster: {secretboxEncryptionSecret: x}\n"}};
  EXPECT_EQ(references_in("workers: {count: 3, patches: [p.yaml]}\n", files),
            Lines{"nodes.lab-worker-01.patches.0.cluster.secretboxEncryptionSecret = p.yaml "
                  "/cluster/secretboxEncryptionSecret"});
}

TEST(SecretReferences, AreNoneWhereNothingIsSecret) {
  EXPECT_EQ(references_in("addons: [{name: hello, chart: oci://charts.example/hello, version: 1.0.0, values: "
                          "{existingSecret: x, replicas: 2}}]\n"),
            Lines{});
}

TEST(FilesBeside, AreWhatTheSpecReadsEachOnce) {
  const Files files{{"v.yaml", "a: 1\n"}, {"p.yaml", "machine: {sysctls: {a: '1'}}\n"}};
  const LoadedSpec loaded = load_keys(
      "patches: [p.yaml]\nworkers: {count: 1, patches: [p.yaml]}\n"
      "addons: [{name: hello, chart: oci://charts.example/hello, version: 1.0.0, valuesFile: v.yaml}]\n",
      files);
  EXPECT_EQ(files_beside(loaded.origins), (Lines{"p.yaml", "v.yaml"}));
}

TEST(SecretReferences, AreLeftOutOfWhatAPlanHoldsWithTheAddressOfARepository) {
  const LoadedSpec loaded =
      load_keys("addons: [{name: hello, chart: hello, version: 1.0.0, repo: 'https://ann:hunter2@charts.example'}]\n");
  EXPECT_EQ(addon_of(masked(spec_of(loaded), nullptr), "hello").repo, "(new)");
}

}  // namespace
}  // namespace tbx::test
