// tbx remove takes one node out of the file, after a question, and numbers no other anew.
#include <nlohmann/json.hpp>

#include <functional>
#include <set>
#include <sstream>
#include <streambuf>

#include "cli/run.h"
#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

constexpr const char* lab = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: lab}
spec:
  controlPlane: {count: 3}
  workers:
    count: 3   # three
)";

class Remove : public CommandTest {
 protected:
  Remove() { write("cluster.yaml", lab); }
  static void expect_untouched() { EXPECT_EQ(read("cluster.yaml"), lab); }
};

TEST_F(Remove, WritesTheNumbersThatStay) {
  EXPECT_EQ(expect(0, "remove cluster.yaml lab-worker-02 --yes").out,
            "cluster.yaml\n"
            "  7 -     count: 3   # three\n"
            "  7 +     nodes: [1, 3]   # three\n"
            "The next apply drains and deletes lab-worker-02.\n"
            "Next: tbx plan cluster.yaml shows what that takes;\n"
            "      tbx apply cluster.yaml does it.\n");
  EXPECT_TRUE(contains(expect(0, "remove cluster.yaml lab-worker-01 --yes").out, "  7 +     nodes: [3]   # three\n"));
  EXPECT_TRUE(contains(expect(0, "remove cluster.yaml lab-worker-03 --yes").out, "  7 +     nodes: []   # three\n"));
  EXPECT_TRUE(contains(expect(0, "validate cluster.yaml").out, "3 control planes, 0 workers"));
}

TEST_F(Remove, LowersTheCountForTheLastNumber) {
  EXPECT_TRUE(contains(expect(0, "remove cluster.yaml lab-worker-03 --yes").out, "+     count: 2   # three\n"));
}

TEST_F(Remove, TakesTheNameAsWindowsUsersTypeIt) {
  EXPECT_TRUE(contains(expect(0, "remove cluster.yaml LAB-Worker-02 -y").out, "deletes lab-worker-02"));
}

TEST_F(Remove, AsksOnATerminalAndNeedsYesWithoutOne) {
  const CommandResult silent = expect(1, "remove cluster.yaml lab-worker-02");
  EXPECT_TRUE(contains(silent.err, "agree with --yes"));
  for (const std::string answer : {"", "\n", "n\n", "no\n"}) {
    const CommandResult result = expect(1, "remove cluster.yaml lab-worker-02", answer, Stage::terminal);
    EXPECT_TRUE(contains(result.out, "+     nodes: [1, 3]"));
    EXPECT_TRUE(contains(result.err, "Take lab-worker-02 out of cluster.yaml? [y/N] "));
    EXPECT_TRUE(contains(result.err, "Nothing was changed."));
    EXPECT_EQ(result.out.find("Next:"), std::string::npos);
  }
  expect_untouched();
  expect(0, "remove cluster.yaml lab-worker-02", "y\n", Stage::terminal);
  EXPECT_TRUE(contains(read("cluster.yaml"), "nodes: [1, 3]"));
}

TEST_F(Remove, RefusesTheLastControlPlaneAndWhatIsProtected) {
  expect(0, "remove cluster.yaml lab-cp-01 --yes");
  const CommandResult two = expect(0, "remove cluster.yaml lab-cp-03 --yes");
  EXPECT_TRUE(contains(two.out, "nodes: [2]"));
  EXPECT_TRUE(contains(expect(3, "remove cluster.yaml lab-cp-02 --yes").err, "is refused (last-control-plane)"));
  write("cluster.yaml", std::string(lab) + "    protect: true\n");
  EXPECT_TRUE(contains(expect(3, "remove cluster.yaml lab-worker-02 --yes").err, "is refused (protected)"));
}

TEST_F(Remove, WarnsWhenAnEvenNumberOfControlPlanesIsLeft) {
  EXPECT_TRUE(contains(expect(0, "remove cluster.yaml lab-cp-02 --yes").err, "warning: 2 control planes tolerate"));
}

TEST_F(Remove, NamesTheNodesThatThereAre) {
  EXPECT_EQ(expect(1, "remove cluster.yaml lab-wroker-02 --yes").err,
            "error: cluster.yaml has no node \"lab-wroker-02\": did you mean \"lab-worker-02\"? There are lab-cp-01, "
            "lab-cp-02, lab-cp-03, lab-worker-01, lab-worker-02, lab-worker-03\nNothing was changed.\n");
  EXPECT_TRUE(contains(expect(1, "remove cluster.yaml").err, "NODE is missing"));
  expect_untouched();
}

/// An answer that is given only after something else has happened.
class LateAnswer : public std::streambuf {
 public:
  LateAnswer(std::string answer, std::function<void()> before)
      : answer_(std::move(answer)), before_(std::move(before)) {}

 private:
  int_type underflow() override {
    if (is_given_) return traits_type::eof();
    is_given_ = true;
    before_();
    setg(answer_.data(), answer_.data(), answer_.data() + answer_.size());
    return traits_type::to_int_type(answer_.front());
  }

  std::string answer_;
  std::function<void()> before_;
  bool is_given_ = false;
};

TEST_F(Remove, LeavesAFileAloneThatSomebodyElseChangedMeanwhile) {
  const std::string theirs = std::string(lab) + "  # theirs\n";
  LateAnswer answer("y\n", [&] { write("cluster.yaml", theirs); });
  std::istream in(&answer);
  std::ostringstream out;
  std::ostringstream err;
  const Terminal terminal{.is_terminal = true};
  Streams streams{.in = in, .out = out, .err = err, .in_is_terminal = true, .err_terminal = terminal};
  EXPECT_EQ(run({"remove", "cluster.yaml", "lab-worker-02"}, streams), ExitCode::failed);
  EXPECT_TRUE(contains(err.str(), "cluster.yaml was changed by somebody else meanwhile: run the same command again"));
  EXPECT_EQ(read("cluster.yaml"), theirs);
}

TEST_F(Remove, ThenAPlanDeletesJustThatNode) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "remove cluster.yaml lab-worker-02 --yes");
  const auto plan =
      nlohmann::json::parse(expect(2, "plan cluster.yaml --sim w.json --detailed-exitcode --format json").out);
  std::set<std::string> targets;
  for (const auto& action : plan.at("actions")) targets.insert(action.at("target"));
  EXPECT_EQ(targets, std::set<std::string>{"lab-worker-02"});
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

}  // namespace
}  // namespace tbx::test
