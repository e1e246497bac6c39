// For every checker a planted fault that makes it fire.
#include <gtest/gtest.h>

#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;

/// The rule that fires when `op` has made `after` of `before`; empty: none does.
std::string fired(const ClusterSpec& spec, const World& before, const World& after, const Op* op) {
  Checkers checkers(spec);
  checkers.after(Step{before, after, op});
  return checkers.violations().empty() ? "" : checkers.violations().front().rule;
}

struct Living : SimLab {
  Living() : SimLab(test::small_cluster(3, 1, "cilium")) {
    EXPECT_EQ(converge().exit_code, ExitCode::done);
    live.world = state();
    rebuild_wakes(live);
  }
  std::string key(const std::string& node) const { return marked_machine(live.world, "demo", node); }
  LiveWorld live;
};

TEST(Checkers, FireWhenAnActionTakesTheQuorum) {
  Living lab;
  power_off(lab.live, lab.key("demo-cp-01"));
  World before = lab.live.world;
  power_off(lab.live, lab.key("demo-cp-02"));
  Op op = StopMachine{"demo-cp-02", ""};
  EXPECT_EQ(fired(lab.spec, before, lab.live.world, &op), "quorum");
  EXPECT_EQ(fired(lab.spec, before, lab.live.world, nullptr), "");
}

/// Done without asking any rule.
TEST(Checkers, FireInARunThatStopsOneControlPlaneAfterTheOther) {
  Living lab;
  ASSERT_TRUE(lab.apply(StopMachine{"demo-cp-01", lab.machine("demo-cp-01").id}));
  ASSERT_TRUE(lab.apply(StopMachine{"demo-cp-02", lab.machine("demo-cp-02").id}));
  std::set<std::string> rules;
  for (const Violation& each : lab.checkers.violations()) {
    rules.insert(each.rule);
  }
  rules.erase("leadership");
  EXPECT_EQ(rules, (std::set<std::string>{"one-disruption", "quorum"}));
}

TEST(Checkers, FireWhenTheLeaderIsTakenAwayThatHandedNothingOver) {
  Living lab;
  const std::string leader = lab.state().clusters.at("demo").members.at(leader_of(lab.state(), "demo")).node;
  const std::string id = lab.machine(leader).id;
  ASSERT_TRUE(lab.apply(StopMachine{leader, id}));
  ASSERT_EQ(lab.checkers.violations().size(), 1U);
  EXPECT_EQ(lab.checkers.violations()[0].rule, "leadership");
  ASSERT_TRUE(lab.apply(StartMachine{leader, id}));
  lab.go_on(120);
  ASSERT_TRUE(lab.apply(HandOverLeadership{leader}));
  ASSERT_TRUE(lab.apply(StopMachine{leader, id}));
  EXPECT_EQ(lab.checkers.violations().size(), 1U);
}

TEST(Checkers, AllowTheNextDisruptionOnceTheFirstLivesAgain) {
  Living lab;
  ASSERT_TRUE(lab.apply(HandOverLeadership{"demo-cp-01"}));
  ASSERT_TRUE(lab.apply(StopMachine{"demo-cp-01", lab.machine("demo-cp-01").id}));
  ASSERT_TRUE(lab.apply(StartMachine{"demo-cp-01", lab.machine("demo-cp-01").id}));
  lab.go_on(120);
  ASSERT_TRUE(lab.apply(HandOverLeadership{"demo-cp-02"}));
  ASSERT_TRUE(lab.apply(StopMachine{"demo-cp-02", lab.machine("demo-cp-02").id}));
  EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{});
}

TEST(Checkers, DoNotBlameAnActionForTheMachineThatDiedWhileItRan) {
  Living lab;
  Op op = StopMachine{"demo-cp-02", ""};
  for (bool dies_while_it_runs : {true, false}) {
    World alive = lab.state();
    power_off(lab.live, lab.key("demo-cp-01"));
    World one_is_off = lab.live.world;
    power_off(lab.live, lab.key("demo-cp-02"));
    Checkers checkers(lab.spec);
    Op handed_over = HandOverLeadership{"demo-cp-02"};
    checkers.after(Step{alive, alive, &handed_over});
    checkers.before_start(dies_while_it_runs ? alive : one_is_off, op, {});
    checkers.after(Step{one_is_off, lab.live.world, &op});
    EXPECT_EQ(checkers.violations().empty(), dies_while_it_runs);
    lab.live.world = lab.state();
  }
}

TEST(Checkers, FireWhenTheSecondPlanIsNotEmpty) {
  Living lab;
  lab.checkers.check_second_plan(lab.state(), lab.plan());
  EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{});
  lab.world("power-off demo-worker-01");
  lab.checkers.check_second_plan(lab.state(), lab.plan());
  ASSERT_EQ(lab.checkers.violations().size(), 1U);
  EXPECT_EQ(lab.checkers.violations()[0].rule, "second-plan");
  EXPECT_NE(lab.checkers.violations()[0].what.find("start-machine/demo-worker-01"), std::string::npos);
}

TEST(Checkers, FireWhenEtcdIsBootstrappedTwice) {
  Living lab;
  World before = lab.live.world;
  Installed& installed = change_disk(lab.live, lab.live.world.machines.at(lab.key("demo-cp-02")).disk).installed;
  installed.etcd_incarnation = 0;
  installed.member_id.clear();
  begin_etcd(lab.live, lab.key("demo-cp-02"));
  Op op = BootstrapEtcd{"demo-cp-02"};
  EXPECT_EQ(lab.live.world.clusters.at("demo").facts.bootstraps, 2);
  EXPECT_EQ(fired(lab.spec, before, lab.live.world, &op), "bootstrap-once");
}

TEST(Checkers, FireWhenWhatIsNotOursIsTouched) {
  Living lab;
  lab.world("foreign-machine build-server");
  World before = lab.state();
  Op op = DownloadImage{"x"};
  World without_machine = before;
  std::string key = machines_named(before, "build-server").front();
  without_machine.machines.erase(key);
  EXPECT_EQ(fired(lab.spec, before, without_machine, &op), "not-ours");
  EXPECT_EQ(fired(lab.spec, before, without_machine, nullptr), "");
  World without_disk = before;
  without_disk.disks.erase(before.machines.at(key).disk);
  EXPECT_EQ(fired(lab.spec, before, without_disk, &op), "not-ours");
  before.hosts_file.push_back({"", "somebody", "1.2.3.4"});
  World without_line = before;
  without_line.hosts_file.clear();
  EXPECT_EQ(fired(lab.spec, before, without_line, &op), "not-ours");
}

TEST(Checkers, FireWhenTheLastDataOfEtcdIsDeleted) {
  Living lab;
  World before = lab.state();
  World after = before;
  std::erase_if(after.disks, [](const auto& disk) { return disk.second.installed.control_plane; });
  Op op = DeleteDisk{"demo-cp-01", ""};
  Checkers checkers(lab.spec);
  checkers.after(Step{before, after, &op});
  bool any =
      std::ranges::any_of(checkers.violations(), [](const Violation& each) { return each.rule == "still-wanted"; });
  EXPECT_TRUE(any);
}

TEST(Checkers, FireWhenWhatTheFileNamesIsDeletedAndNotReplaced) {
  Living lab;
  World before = lab.state();
  std::string key = lab.key("demo-worker-01");
  World after = before;
  after.machines.erase(key);
  Op op = DeleteMachine{"demo-worker-01", ""};
  Checkers checkers(lab.spec);
  checkers.after(Step{before, after, &op});
  EXPECT_TRUE(checkers.violations().empty());
  checkers.at_end(before);
  EXPECT_TRUE(checkers.violations().empty());
  checkers.at_end(after);
  ASSERT_EQ(checkers.violations().size(), 1U);
  EXPECT_EQ(checkers.violations()[0].rule, "still-wanted");
}

TEST(Checkers, FireOnTwoDisruptionsOfControlPlanesAtOnce) {
  Living lab;
  Op first = StopMachine{"demo-cp-01", ""};
  Op second = ApplyConfig{"demo-cp-02", {}, ConfigMode::reboot};
  Op harmless = StopMachine{"demo-worker-01", ""};
  Checkers checkers(lab.spec);
  checkers.before_start(lab.state(), harmless, {&first});
  checkers.before_start(lab.state(), ApplyConfig{"demo-cp-02", {}}, {&first});
  EXPECT_TRUE(checkers.violations().empty());
  checkers.before_start(lab.state(), second, {&first});
  ASSERT_EQ(checkers.violations().size(), 1U);
  EXPECT_EQ(checkers.violations()[0].rule, "one-disruption");
}

TEST(Checkers, AllowTwoChangesAtOnceOfControlPlanesThatAreDownAlready) {
  Living lab;
  power_off(lab.live, lab.key("demo-cp-01"));
  Op first = ResizeMachine{"demo-cp-01", "", 4, 8192};
  Op second = ResizeMachine{"demo-cp-02", "", 4, 8192};
  Checkers checkers(lab.spec);
  checkers.before_start(lab.live.world, second, {&first});
  EXPECT_TRUE(checkers.violations().empty());
  checkers.before_start(lab.state(), second, {&first});
  EXPECT_EQ(checkers.violations().size(), 1U);
}

TEST(Checkers, StaySilentInAGoodRun) {
  Living lab;
  lab.checkers.at_end(lab.state());
  EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{});
}

}  // namespace
}  // namespace tbx::sim
