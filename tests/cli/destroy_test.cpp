// Destroy names what goes, asks for the cluster's name, and leaves nothing behind.
#include <filesystem>

#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

class Destroy : public CommandTest {
 protected:
  Destroy() {
    expect(0, "init");
    expect(0, "apply cluster.yaml --sim w.json --yes");
  }

  static void expect_nothing_left() {
    EXPECT_FALSE(exists("_out/talos-hypv"));
    const std::string world = expect(0, "world w.json show").out;
    EXPECT_EQ(world.find("talos-hypv"), std::string::npos) << world;
    EXPECT_TRUE(
        contains(expect(0, "destroy cluster.yaml --sim w.json").out, "Nothing of cluster talos-hypv is there."));
  }
};

TEST_F(Destroy, LeavesNothing) {
  const CommandResult result = expect(0, "destroy cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(result.out, "talos-hypv-worker-01"));
  EXPECT_TRUE(contains(result.out, "_out/talos-hypv/kubeconfig"));
  EXPECT_EQ(result.out.find("it is known by the name"), std::string::npos) << "its secrets tell that it is the one";
  EXPECT_TRUE(contains(result.out, "Looked again: no machine, disk, hosts line or credential"));
  expect_nothing_left();
}

TEST_F(Destroy, WorksWithTalosAndKubernetesHidden) {
  for (const std::string system : {"talos", "kubernetes", "helm"}) expect(0, "world w.json hide " + system);
  expect(0, "destroy cluster.yaml --sim w.json --yes");
  expect_nothing_left();
}

TEST_F(Destroy, AsksForTheNameOnATerminalAndNeedsYesWithoutOne) {
  EXPECT_TRUE(contains(expect(1, "destroy cluster.yaml --sim w.json").err, "--yes"));
  for (const std::string answer : {"", "y\n", "yes\n", "talos\n"}) {
    const CommandResult result = expect(1, "destroy cluster.yaml --sim w.json", answer, Stage::terminal);
    EXPECT_TRUE(contains(result.err, "Type the cluster's name, talos-hypv, to delete all of it:"));
    EXPECT_TRUE(contains(result.err, "Nothing was deleted."));
  }
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  expect(0, "destroy cluster.yaml --sim w.json", "talos-hypv\n", Stage::terminal);
  expect_nothing_left();
}

TEST_F(Destroy, IsRefusedWhileTheFileProtects) {
  const std::string spec = read("cluster.yaml");
  for (const std::string line : {"  protect: true\n", "  protectNodes: [talos-hypv-worker-01]\n"}) {
    write("cluster.yaml", spec + line);
    const CommandResult result = expect(3, "destroy cluster.yaml --sim w.json --yes");
    EXPECT_TRUE(contains(result.err, "(protected)"));
    EXPECT_TRUE(contains(result.err, "Nothing was deleted."));
  }
  write("cluster.yaml", spec);
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(Destroy, SeesNothingOfAHiddenHostAndSaysSo) {
  expect(0, "world w.json hide hyperv");
  EXPECT_TRUE(contains(expect(4, "destroy cluster.yaml --sim w.json --yes").err, "could not be observed"));
  EXPECT_TRUE(exists("_out/talos-hypv/secrets.yaml"));
}

TEST_F(Destroy, TouchesNoMachineOfOthers) {
  expect(0, "world w.json foreign-machine talos-hypv-worker-09");
  expect(0, "destroy cluster.yaml --sim w.json --yes");
  EXPECT_TRUE(contains(expect(0, "world w.json show").out, "talos-hypv-worker-09"));
}

TEST_F(Destroy, TouchesNoClusterOfTheSameNameThatWasMadeInAnotherFolder) {
  std::filesystem::create_directory("other");
  write("other/cluster.yaml", read("cluster.yaml"));
  expect(0, "apply other/cluster.yaml --sim other.json --yes");
  expect(0, "destroy other/cluster.yaml --sim w.json --yes");
  EXPECT_FALSE(exists("other/_out/talos-hypv"));
  EXPECT_TRUE(contains(expect(0, "world w.json show").out, "talos-hypv-worker-01"));
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(Destroy, SaysThatItGoesByTheNameAloneWhereTheSecretsAreLost) {
  std::filesystem::remove("_out/talos-hypv/secrets.yaml");
  EXPECT_TRUE(
      contains(expect(0, "destroy cluster.yaml --sim w.json --yes").out, "it is known by the name talos-hypv alone."));
  expect_nothing_left();
}

TEST_F(Destroy, AClusterCanBeMadeAgainAfterwards) {
  expect(0, "destroy cluster.yaml --sim w.json --yes");
  expect(0, "apply cluster.yaml --sim w.json --yes");
}

}  // namespace
}  // namespace tbx::test
