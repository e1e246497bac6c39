// tbx scale edits the file, tells what it changed, and plans and applies go on from there.
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>
#include <sstream>

#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

constexpr const char* lab = R"(# my lab
apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  controlPlane: {count: 1}   # one is enough
  workers:
    - name: web
      count: 2   # two
    - name: data
      nodes: [1, 3]
      protect: true
)";

class Scale : public CommandTest {
 protected:
  Scale() { write("cluster.yaml", lab); }
  static void expect_untouched() { EXPECT_EQ(read("cluster.yaml"), lab); }
};

TEST_F(Scale, ShowsTheLinesThatChangeAndTheNextCommands) {
  const CommandResult result = expect(0, "scale cluster.yaml web=3 controlPlane=3");
  EXPECT_EQ(result.out,
            "cluster.yaml\n"
            "  6 -   controlPlane: {count: 1}   # one is enough\n"
            "  6 +   controlPlane: {count: 3}   # one is enough\n"
            "  9 -       count: 2   # two\n"
            "  9 +       count: 3   # two\n"
            "The next apply makes lab-cp-02, lab-cp-03, lab-web-03.\n"
            "Next: tbx plan cluster.yaml shows what that takes;\n"
            "      tbx apply cluster.yaml does it.\n");
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(contains(expect(0, "validate cluster.yaml").out, "3 control planes, 5 workers"));
}

TEST_F(Scale, FillsTheGapsOfNumbersFirst) {
  const CommandResult result = expect(0, "scale cluster.yaml data=4");
  EXPECT_TRUE(contains(result.out, "  11 -       nodes: [1, 3]\n  11 +       nodes: [1, 2, 3, 4]\n"));
  EXPECT_TRUE(contains(result.out, "The next apply makes lab-data-02, lab-data-04.\n"));
}

TEST_F(Scale, TellsWhichNodesGo) {
  EXPECT_TRUE(contains(expect(0, "scale cluster.yaml web=0").out,
                       "The next apply drains and deletes lab-web-01, lab-web-02.\n"));
}

TEST_F(Scale, FitsEightyColumns) {
  write("cluster.yaml", std::string(lab) + "  # long " + std::string(100, 'x') + "\n");
  std::istringstream lines(expect(0, "scale cluster.yaml web=40 cp=9").out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST_F(Scale, KnowsTheControlPlaneByAllItsNames) {
  for (const std::string name : {"cp", "control-plane", "controlPlane", "CONTROLPLANE"}) {
    write("cluster.yaml", lab);
    EXPECT_TRUE(contains(expect(0, "scale cluster.yaml " + name + "=3").out, "+   controlPlane: {count: 3}"));
  }
}

TEST_F(Scale, KnowsTheSinglePoolByBothItsNames) {
  for (const std::string name : {"worker", "workers", "Worker"}) {
    write("one.yaml", "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\n");
    EXPECT_TRUE(contains(expect(0, "scale one.yaml " + name + "=2").out,
                         "  4 + spec:\n  5 +   workers:\n  6 +     count: 2\n"));
  }
}

TEST_F(Scale, WarnsOfAnEvenNumberOfControlPlanes) {
  const CommandResult result = expect(0, "scale cluster.yaml cp=2");
  EXPECT_TRUE(contains(result.err, "cluster.yaml:6:25: warning: 2 control planes tolerate no more failures than 1"));
}

TEST_F(Scale, SaysThatNothingChanges) {
  EXPECT_EQ(expect(0, "scale cluster.yaml web=2 data=2 cp=1").out,
            "cluster.yaml says so already: nothing was changed.\n");
  expect_untouched();
}

TEST_F(Scale, RefusesToTakeAwayTheLastControlPlaneOrWhatIsProtected) {
  EXPECT_EQ(
      expect(3, "scale cluster.yaml cp=0 web=5").err,
      "error: taking lab-cp-01 out of cluster.yaml is refused (last-control-plane): no control plane would be left, "
      "and only tbx destroy removes the last\nNothing was changed.\n");
  EXPECT_EQ(
      expect(3, "scale cluster.yaml data=1").err,
      "error: taking lab-data-03 out of cluster.yaml is refused (protected): the file protects what is never to be "
      "deleted: take protect or protectNodes out of it first\nNothing was changed.\n");
  expect_untouched();
  expect(0, "scale cluster.yaml data=3");
  for (const std::string line : {"  protect: true\n", "  protectNodes: [lab-web-02]\n"}) {
    write("cluster.yaml", lab + line);
    EXPECT_TRUE(
        contains(expect(3, "scale cluster.yaml web=1").err, "taking lab-web-02 out of cluster.yaml is refused"));
  }
}

TEST_F(Scale, NamesThePoolsThatThereAre) {
  EXPECT_EQ(
      expect(1, "scale cluster.yaml wbe=3 cp=3").err,
      "error: cluster.yaml has no pool \"wbe\": did you mean \"web\"? There are controlPlane (1 node), web (2 nodes), "
      "data (2 nodes)\nNothing was changed.\n");
  expect(1, "scale cluster.yaml workers=3");
  expect_untouched();
}

TEST_F(Scale, TakesOnlyClearNumbers) {
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml").err, "POOL=N is missing"));
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml web").err, "\"web\" is no POOL=N: write it like worker=3"));
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml --web=3").err, "\"--web=3\" is no POOL=N"));
  for (const std::string count : {"", "-1", "+1", "2.5", "x", "99999999999"}) {
    EXPECT_TRUE(contains(expect(1, "scale cluster.yaml web=" + count).err, "is not a number of at least 0"));
  }
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml web=10001").err, "more than the 10000 nodes"));
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml web=1 web=2").err, "pool \"web\" is given twice"));
  EXPECT_TRUE(contains(expect(1, "scale cluster.yaml cp=3 controlPlane=3").err, "pool controlPlane is given twice"));
  expect_untouched();
}

TEST_F(Scale, SaysWhereToEditByHandWhenItCantBeDoneSafely) {
  const std::string shared =
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n  controlPlane: {count: &n 3}\n  workers: "
      "{count: *n}\n";
  write("shared.yaml", shared);
  const CommandResult result = expect(1, "scale shared.yaml cp=5");
  EXPECT_TRUE(contains(result.err, "shared.yaml:5:25: error: this tells how many nodes pool \"control-plane\" has"));
  EXPECT_TRUE(contains(result.err, "so that the pool has count: 5\n    controlPlane: {count: &n 3}\n"));
  EXPECT_TRUE(contains(result.err, "Nothing was changed."));
  EXPECT_EQ(read("shared.yaml"), shared);
}

TEST_F(Scale, RefusesAResultThatWouldNotLoad) {
  const CommandResult result = expect(1, "scale cluster.yaml web=10000 data=10000 cp=10000");
  EXPECT_TRUE(contains(result.err, "cluster.yaml would not be valid any more"));
  expect_untouched();
}

TEST_F(Scale, EditsNoFileThatIsWrongOrNotThere) {
  write("wrong.yaml", "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec: {workers: {count: '3'}}\n");
  EXPECT_TRUE(contains(expect(1, "scale wrong.yaml worker=3").err, "wrong.yaml:4:25: error: count has to be"));
  EXPECT_TRUE(
      contains(expect(1, "scale not-there.yaml worker=3").err, "not-there.yaml: error: the file can't be read"));
  EXPECT_TRUE(contains(expect(1, "scale . worker=3").err, "error: . is no file that can be edited"));
}

TEST_F(Scale, KeepsALinkAndTheModeOfTheFile) {
  namespace fs = std::filesystem;
  fs::create_directory("real");
  fs::rename("cluster.yaml", "real/lab.yaml");
  fs::permissions("real/lab.yaml", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  fs::create_symlink("real/lab.yaml", "cluster.yaml");
  expect(0, "scale cluster.yaml web=3");
  EXPECT_TRUE(fs::is_symlink("cluster.yaml"));
  EXPECT_TRUE(contains(read("real/lab.yaml"), "count: 3"));
  EXPECT_EQ(fs::status("real/lab.yaml").permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_EQ(std::distance(fs::directory_iterator("real"), fs::directory_iterator()), 1);
}

TEST_F(Scale, ThenAPlanHoldsJustThoseNodes) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "scale cluster.yaml web=3 data=3");
  const auto plan =
      nlohmann::json::parse(expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode --format json").out);
  std::set<std::string> targets;
  for (const auto& action : plan.at("actions")) targets.insert(action.at("target"));
  EXPECT_EQ(targets, (std::set<std::string>{"lab-data-02", "lab-web-03"}));
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "scale cluster.yaml web=2");
  expect(0, "apply cluster.yaml --sim w.json --yes");
  const std::string world = expect(0, "world w.json show").out;
  EXPECT_EQ(world.find("lab-web-03"), std::string::npos);
  EXPECT_TRUE(contains(world, "lab-data-02"));
}

}  // namespace
}  // namespace tbx::test
