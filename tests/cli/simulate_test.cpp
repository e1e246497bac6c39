// tbx simulate as a user sees it: the same again for the same seed, and nothing on disk changes.
#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

class Simulate : public CommandTest {
 protected:
  Simulate() { expect(0, "init"); }
};

TEST_F(Simulate, FromAnEmptyHostGivesTheSameBytesForTheSameSeedAndWritesNoFile) {
  const std::string line = "simulate cluster.yaml --runs 6 --seed 40 --faults 0.1 --kill";
  const CommandResult first = expect(0, line);
  EXPECT_EQ(expect(0, line).out, first.out);
  EXPECT_NE(expect(0, "simulate cluster.yaml --runs 6 --seed 41 --faults 0.1 --kill").out, first.out);
  EXPECT_TRUE(contains(first.out, "talos-hypv from an empty host: 6 runs, seeds 40 to 45\n"));
  EXPECT_TRUE(contains(first.out, "  converged      6 of 6\n"));
  EXPECT_TRUE(contains(first.err, "Every run starts from an empty host"));
  EXPECT_FALSE(exists("_out"));
}

TEST_F(Simulate, FromAWorldItStartsThereAndLeavesItAlone) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "world w.json power-off talos-hypv-worker-01");
  const std::string world = read("w.json");
  const std::string talosconfig = read("_out/talos-hypv/talosconfig");
  const CommandResult result = expect(0, "simulate cluster.yaml --runs 4 --faults 0.1 --kill --sim w.json");
  EXPECT_TRUE(contains(result.out, "talos-hypv from the world in w.json: 4 runs, seeds 1 to 4\n"));
  EXPECT_TRUE(contains(result.out, "steps of 10 actions"));
  EXPECT_EQ(read("w.json"), world);
  EXPECT_EQ(read("_out/talos-hypv/talosconfig"), talosconfig);
}

TEST_F(Simulate, AWorldThatIsNotThereIsAnEmptyHostAndIsNotMade) {
  const CommandResult result = expect(0, "simulate cluster.yaml --runs 1 --sim w.json");
  EXPECT_TRUE(contains(result.out, "from the world in w.json: 1 run, seed 1\n"));
  EXPECT_FALSE(exists("w.json"));
}

TEST_F(Simulate, ARunThatDoesNotConvergeIsListedWithTheCommandThatReplaysIt) {
  expect(0, "world w.json hide hyperv");
  const CommandResult all = expect(5, "simulate cluster.yaml --runs 3 --sim w.json");
  EXPECT_TRUE(contains(all.out, "  converged      0 of 3\n"));
  EXPECT_TRUE(contains(all.out, "Hyper-V could not be observed: hyperv is hidden"));
  const std::string replay = "simulate cluster.yaml --seed 2 --runs 1 --sim w.json";
  EXPECT_TRUE(contains(all.out, "  tbx " + replay + "\n"));
  const std::string again = expect(5, replay).out;
  const std::string of_seed_two =
      again.substr(again.find("\nSeed 2\n"), again.find("\n1 run") - again.find("\nSeed 2\n"));
  EXPECT_TRUE(contains(all.out, of_seed_two));
}

TEST_F(Simulate, BadFiguresAreUsageErrors) {
  for (const std::string options : {"--runs 0", "--runs -1", "--runs x", "--seed -1", "--seed x", "--pace 1"}) {
    expect(1, "simulate cluster.yaml " + options);
  }
  for (const std::string rate : {"1.01", "-0.1", "nan", "inf", "x", ""}) {
    const CommandResult result = run_tbx({"simulate", "cluster.yaml", "--faults=" + rate});
    EXPECT_EQ(result.code, 1) << rate;
    EXPECT_EQ(result.out, "") << rate;
  }
  EXPECT_TRUE(
      contains(expect(1, "simulate cluster.yaml --faults 2").err, "--faults \"2\" is not a rate between 0 and 1"));
  expect(1, "simulate none.yaml");
  expect(1, "simulate");
}

}  // namespace
}  // namespace tbx::test
