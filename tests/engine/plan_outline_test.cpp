// A plan by phase and by node, with the like folded together.
#include "engine/plan_outline.h"

#include <gtest/gtest.h>

#include "tests/support/small_plans.h"

namespace tbx {
namespace {

/// "phase: target then target+as well", one line for each section.
std::vector<std::string> lines_of(const Plan& plan, Folding folding = Folding::on) {
  std::vector<std::string> lines;
  for (const PlanSection& section : outline_of(plan, folding)) {
    std::string line = section.title + (section.is_as_before ? " as before:" : ":");
    for (const StepGroup& group : section.groups) {
      line += (group.comes_next ? " then " : " ") + group.target;
      for (const std::string& other : group.as_well) line += "+" + other;
    }
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(PlanOutline, GroupsByPhaseAndSortsNodesByTheirNumbers) {
  const Plan plan = test::plan_of({StartMachine{"w-10", ""}, InstallRelease{"traefik"}, InstallRelease{"cilium"},
                                   StartMachine{"w-9", ""}, AwaitNode{"w-9"}});
  EXPECT_EQ(lines_of(plan, Folding::off), (Lines{"Machines: w-9 w-10", "Nodes: w-9", "Addons: traefik cilium"}));
}

TEST(PlanOutline, PutsAddonsInTheOrderInWhichTheyGetReady) {
  const Plan plan = test::plan_of({ApplyNamespace{"traefik"}, InstallRelease{"cilium"}, AwaitRelease{"cilium"},
                                   InstallRelease{"traefik"}, InstallRelease{"metallb"}});
  EXPECT_EQ(lines_of(plan), (Lines{"Addons: cilium traefik metallb"}));
}

TEST(PlanOutline, FoldsNodesWhoseStepsDifferOnlyInWhatIsTheirOwn) {
  Plan plan = test::plan_of({StartMachine{"w-01", "vm-a"}, StartMachine{"w-02", "vm-b"}, StartMachine{"w-03", "vm-c"}});
  plan.actions[0].reason = "machine w-01 at 10.77.1.51 is off";
  plan.actions[1].reason = "machine w-02 at 10.77.1.52 is off";
  plan.actions[2].reason = "machine w-03 at 10.77.1.53 is saved";
  EXPECT_EQ(lines_of(plan), (Lines{"Machines: w-01+w-02 w-03"}));
}

TEST(PlanOutline, DoesNotFoldWhatHasAnotherValueOrImpact) {
  Plan plan = test::plan_of(
      {ResizeMachine{"w-01", "", 2, 4096}, ResizeMachine{"w-02", "", 2, 4096}, ResizeMachine{"w-03", "", 2, 4096}});
  plan.actions[0].changes = {{"cpus", "4", "2"}};
  plan.actions[1].changes = {{"cpus", "8", "2"}};
  plan.actions[2].changes = {{"cpus", "4", "2"}};
  plan.actions[0].impact = plan.actions[1].impact = Impact::restart;
  plan.actions[2].impact = Impact::data_loss;
  EXPECT_EQ(lines_of(plan), (Lines{"Changes of running nodes: w-01 w-02 w-03"}));
}

TEST(PlanOutline, DoesNotFoldAddons) {
  Plan plan = test::plan_of({InstallRelease{"a-1"}, InstallRelease{"a-2"}});
  EXPECT_EQ(lines_of(plan), (Lines{"Addons: a-1 a-2"}));
}

TEST(PlanOutline, PutsEveryStepOfALeavingNodeUnderRemoval) {
  const Plan plan =
      test::plan_of({DrainNode{"w-02"}, StopMachine{"w-02", ""}, DeleteNode{"w-02", ""}, DeleteMachine{"w-02", ""},
                     DeleteDisk{"w-01", ""}, CreateDisk{"w-01", 20, {}}, UninstallRelease{"traefik", "traefik"}});
  EXPECT_EQ(lines_of(plan), (Lines{"Machines: w-01", "Removal: w-02 traefik"}));
}

TEST(PlanOutline, PutsEveryStepOfANodeThatIsTakenAwayForAWhileTogether) {
  Plan plan = test::plan_of({DrainNode{"w-01"}, StopMachine{"w-01", ""}, StartMachine{"w-01", ""}, AwaitTalos{"w-01"},
                             AwaitNode{"w-01"}, UncordonNode{"w-01"}, StartMachine{"w-02", ""}, AwaitTalos{"w-02"}});
  plan.actions[1].impact = Impact::restart;
  EXPECT_EQ(lines_of(plan), (Lines{"Machines: w-02", "Talos: w-02", "Changes of running nodes: w-01"}));
}

TEST(PlanOutline, ListsThoseThatLeaveAsTheyHaveTheirTurn) {
  const Plan plan = test::plan_of({SnapshotEtcd{"cp-03"}, LeaveEtcd{"cp-03", "3"}, DeleteMachine{"cp-03", ""},
                                   SnapshotEtcd{"cp-02"}, LeaveEtcd{"cp-02", "2"}, DeleteMachine{"cp-02", ""}},
                                  {{0, 1}, {1, 2}, {1, 3}, {3, 4}, {4, 5}});
  EXPECT_EQ(lines_of(plan, Folding::off), (Lines{"Removal: cp-03 cp-02"}));
  EXPECT_EQ(lines_of(plan), (Lines{"Removal: cp-03 then cp-02"}));
}

TEST(PlanOutline, SaysThatNobodyLeavesBeforeOthersAreThere) {
  const Plan plan = test::plan_of({AwaitNode{"b-01"}, DrainNode{"a-01"}, DeleteMachine{"a-01", ""}}, {{0, 1}, {1, 2}});
  EXPECT_EQ(lines_of(plan), (Lines{"Nodes: b-01", "Removal, when what stays is ready: a-01"}));
}

/// Drains and upgrades a control plane, then a worker, each to its end.
void append_upgrade(Plan& plan, const std::string& from, const std::string& to) {
  const auto snapshot = static_cast<ActionId>(plan.actions.size());
  for (const Op& op : std::vector<Op>{SnapshotEtcd{"c"}, DrainNode{"cp-01"}, UpgradeTalos{"cp-01", from, to, ""},
                                      AwaitTalos{"cp-01", to}, AwaitEtcdMember{"cp-01"}, UncordonNode{"cp-01"},
                                      DrainNode{"w-01"}, UpgradeTalos{"w-01", from, to, ""}, AwaitTalos{"w-01", to}}) {
    const auto id = static_cast<ActionId>(plan.actions.size());
    if (id > 0) plan.dependencies.push_back({id - 1, id});
    const bool restarts = std::holds_alternative<UpgradeTalos>(op);
    plan.actions.push_back({op, id == snapshot ? "before it" : "old", restarts ? Impact::restart : Impact::none, {}});
  }
}

TEST(PlanOutline, TellsAnUpgradeReleaseByReleaseAndItsStepsOnce) {
  Plan plan;
  append_upgrade(plan, "v1.12.4", "v1.12.11");
  EXPECT_EQ(lines_of(plan), (Lines{"Upgrade to Talos v1.12.11: c cp-01 then w-01"}));
  append_upgrade(plan, "v1.12.11", "v1.13.9");
  EXPECT_EQ(lines_of(plan), (Lines{"Upgrade 1 of 2: Talos v1.12.11: c cp-01 then w-01",
                                   "Upgrade 2 of 2: Talos v1.13.9 as before: c cp-01 then w-01"}));
}

TEST(PlanOutline, TellsAReleaseThatFewerNodesTakePartInByItself) {
  Plan plan;
  append_upgrade(plan, "v1.12.4", "v1.12.11");
  append_upgrade(plan, "v1.12.11", "v1.13.9");
  plan.actions.resize(plan.actions.size() - 3);
  while (plan.dependencies.back().after >= plan.actions.size()) plan.dependencies.pop_back();
  EXPECT_EQ(lines_of(plan),
            (Lines{"Upgrade 1 of 2: Talos v1.12.11: c cp-01 then w-01", "Upgrade 2 of 2: Talos v1.13.9: c cp-01"}));
}

TEST(PlanOutline, KeepsAnotherChangeOfANodeApartFromItsUpgrade) {
  Plan plan = test::plan_of(
      {DrainNode{"w-01"}, StopMachine{"w-01", ""}, StartMachine{"w-01", ""}, AwaitNode{"w-01"}, UncordonNode{"w-01"}});
  plan.actions[1].impact = Impact::restart;
  append_upgrade(plan, "v1.12.4", "v1.12.5");
  EXPECT_EQ(lines_of(plan), (Lines{"Changes of running nodes: w-01", "Upgrade to Talos v1.12.5: c cp-01 then w-01"}));
}

TEST(NodeRanges, SayALongListShortly) {
  EXPECT_EQ(node_ranges({"c-worker-02"}, "…"), "c-worker-02");
  EXPECT_EQ(node_ranges({"c-worker-02", "c-worker-03"}, "…"), "c-worker-02, -03 (2 nodes)");
  EXPECT_EQ(node_ranges({"c-cp-02", "c-worker-02", "c-worker-03", "c-worker-04", "c-worker-09"}, "…"),
            "c-cp-02, c-worker-02 … -04, -09 (5 nodes)");
  EXPECT_EQ(node_ranges({"a-1", "a-3", "a-5", "a-7", "a-9"}, "…", 2), "a-1, -3, and 3 more (5 nodes)");
  EXPECT_EQ(node_ranges({"alpha", "beta"}, "…"), "alpha, beta (2 nodes)");
}

TEST(NaturalOrder, CountsNumbersAsNumbers) {
  EXPECT_TRUE(natural_less("w-9", "w-10"));
  EXPECT_TRUE(natural_less("cp-10", "worker-9"));
  EXPECT_FALSE(natural_less("w-01", "w-01"));
}

TEST(StepTitle, LeavesOutWhatTheHeadingSays) {
  EXPECT_EQ(title_without_target(CreateDisk{"w-01", 20, {}}), "create disk (20 GiB)");
  EXPECT_EQ(title_without_target(AwaitTalos{"w-01"}), "wait for Talos to run");
  EXPECT_EQ(title_without_target(GrowDisk{"w-01", "", 30}), "grow disk to 30 GiB");
  EXPECT_EQ(title_without_target(AwaitRoute{"a.local", "/"}), "wait for http://a.local/ to answer");
}

}  // namespace
}  // namespace tbx
