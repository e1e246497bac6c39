// Who waits for whom among many nodes that come and go in one plan.
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/plan.h"
#include "tests/support/converged_world.h"
#include "tests/support/plan_words.h"

namespace tbx {
namespace {

using test::can_start;
using test::converged_world;
using test::small_cluster;
using test::waits_for;

using Ids = std::vector<std::string>;

/// A living cluster with one pool of workers, whose file gives the pool another name.
Plan renamed_pool(int workers) {
  const auto cluster = [&](const std::string& pool) {
    return test::spec_from(
        fmt::format("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: demo}}\nspec:\n"
                    "  network: {{nodeSubnet: 10.77.0.0/16}}\n"
                    "  workers: [{{name: {}, count: {}}}]\n",
                    pool, workers));
  };
  return make_plan(cluster("new"), test::converged_world(cluster("old")));
}

/// All that come before an action, directly or not.
std::set<ActionId> before(const Plan& plan, ActionId id) {
  std::set<ActionId> found{id};
  for (auto edge = plan.dependencies.rbegin(); edge != plan.dependencies.rend(); ++edge) {
    if (found.contains(edge->after)) found.insert(edge->before);
  }
  return found;
}

TEST(PlanTurns, NoWorkerOfARenamedPoolIsDrainedBeforeAllNewOnesAreReady) {
  const Plan plan = renamed_pool(4);
  int drained = 0;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (!std::holds_alternative<DrainNode>(plan.actions[id].op)) continue;
    ++drained;
    std::size_t awaited = 0;
    for (const ActionId earlier : before(plan, id)) {
      awaited += std::holds_alternative<AwaitNode>(plan.actions[earlier].op) ? 1 : 0;
      EXPECT_TRUE(earlier == id || !std::holds_alternative<DrainNode>(plan.actions[earlier].op)) << "all at once";
    }
    EXPECT_EQ(awaited, 4U);
  }
  EXPECT_EQ(drained, 4);
}

TEST(PlanTurns, ARenamedPoolHasAsManyMoreDependenciesAsItHasNodes) {
  const Plan small = renamed_pool(20);
  const Plan large = renamed_pool(200);
  EXPECT_LT(large.dependencies.size(), 11 * small.dependencies.size());
}

/// A small cluster with the control planes of these numbers, of at most three, and one worker.
ClusterSpec control_planes(const std::set<int>& numbers) {
  ClusterSpec spec = small_cluster(3, 1);
  std::erase_if(spec.nodes, [&](const NodeSpec& node) {
    return node.role == Role::control_plane && !numbers.contains(node.number);
  });
  return spec;
}

TEST(PlanTurns, TheOnlyControlPlaneMakesRoomForAnotherInOnePlan) {
  const Plan plan = make_plan(control_planes({2}), converged_world(control_planes({1})));
  EXPECT_EQ(test::refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "leave-etcd/demo-cp-01", "await-etcd-member/demo-cp-02"));
  EXPECT_TRUE(waits_for(plan, "delete-machine/demo-cp-01", "leave-etcd/demo-cp-01"));
}

TEST(PlanTurns, AControlPlaneThatLeavesIsGoneWithItsDiskBeforeTheNextOneLeaves) {
  const Plan plan = make_plan(control_planes({1}), converged_world(control_planes({1, 2, 3})));
  EXPECT_EQ(test::refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "snapshot-etcd/demo-cp-02", "delete-disk/demo-cp-03"))
      << "while the list changes no rule can tell whether a disk may go";
}

TEST(PlanTurns, ADiskThatMustStayHoldsUpNoOtherControlPlaneThatLeaves) {
  Observed found = converged_world(control_planes({1, 2, 3}));
  std::ranges::find(found.host.disks, "demo-cp-03", &Disk::node)->mark.node = "demo-cp-07";
  const Plan plan = make_plan(control_planes({1}), found);
  EXPECT_EQ(test::refused_in(plan), Ids{"delete-disk/demo-cp-03 not-ours"});
  EXPECT_TRUE(can_start(plan, "leave-etcd/demo-cp-02"));
}

TEST(PlanTurns, TheOnlyMemberRestartsBeforeASecondOneJoins) {
  ClusterSpec spec = control_planes({1, 2});
  spec.nodes.front().disk_gib = 30;
  const Plan plan = make_plan(spec, converged_world(control_planes({1})));
  EXPECT_EQ(test::refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-02", "await-etcd-member/demo-cp-01"));
}

TEST(PlanTurns, TheOnlyMemberRestartsBeforeOneIsStartedThatMayJoinByItself) {
  ClusterSpec spec = control_planes({1, 2});
  Observed found = converged_world(spec);
  test::switch_off(found, "demo-cp-01");
  std::erase_if(found.etcd.members, [](const EtcdMember& member) { return member.node == "demo-cp-01"; });
  for (NodeSpec& node : spec.nodes) node.disk_gib = 30;
  const Plan plan = make_plan(spec, found);
  EXPECT_TRUE(waits_for(plan, "start-machine/demo-cp-01", "await-etcd-member/demo-cp-02"));
}

/// The worlds below are rare: random ones found them. In each, two members would be left when one restarts.
Observed without_member(Observed found, const std::string& node) {
  std::erase_if(found.etcd.members, [&](const EtcdMember& member) { return member.node == node; });
  return found;
}

TEST(PlanTurns, NoUpgradeRestartsOneOfTheTwoThatStayWhenASickOneIsMadeAnew) {
  ClusterSpec spec = control_planes({1, 3});
  Observed found = converged_world(control_planes({1, 2, 3}));
  for (KubernetesNode& node : found.kubernetes.nodes) node.kubelet_version = found.kubernetes.version = "v1.35.0";
  found.etcd.members.back().healthy = false;
  spec.kubernetes_version = "v1.35.4";
  spec.schematic = std::string(64, 'a');
  const Plan plan = make_plan_replacing(spec, found, {{"demo-cp-03", "vm-3"}});
  EXPECT_EQ(test::refused_in(plan), Ids{"upgrade-talos/demo-cp-01 etcd-quorum"});
  EXPECT_TRUE(can_start(plan, "leave-etcd/demo-cp-02"));
}

TEST(PlanTurns, ASilentMachineIsNotCountedAsOneThatJoins) {
  ClusterSpec spec = control_planes({1, 2, 3});
  Observed found = without_member(converged_world(control_planes({1, 2})), "demo-cp-02");
  found.talos["demo-cp-02"].stage = TalosStage::unreachable;
  spec.nodes.front().disk_gib = 30;
  const Plan plan = make_plan(spec, found);
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-03", "await-etcd-member/demo-cp-01"))
      << "the only member restarts before a second one joins";
}

TEST(PlanTurns, ASilentMachineThatAProtectionKeepsFromBeingMadeAnewIsNotCountedEither) {
  ClusterSpec spec = control_planes({1, 2});
  spec.protected_nodes = {"demo-cp-02"};
  spec.nodes.front().memory_mib = 8192;
  Observed found = without_member(converged_world(control_planes({1, 2, 3})), "demo-cp-02");
  found.talos["demo-cp-02"].stage = TalosStage::unreachable;
  const Plan plan = make_plan_replacing(spec, found, {{"demo-cp-02", "vm-2"}});
  EXPECT_EQ(test::refused_in(plan),
            (Ids{"stop-machine/demo-cp-01 etcd-quorum", "delete-machine/demo-cp-02 protected"}));
}

TEST(PlanTurns, AMachineThatLostItsDiskJoinsWhenItIsConfiguredAgainWhateverItsTalosSaid) {
  ClusterSpec spec = control_planes({1, 3});
  Observed found = without_member(converged_world(control_planes({1, 3})), "demo-cp-03");
  std::erase_if(found.host.disks, [](const Disk& disk) { return disk.node == "demo-cp-03"; });
  spec.nodes.front().memory_mib = 8192;
  spec.talos_version = "v1.12.11";
  const Plan plan = make_plan(spec, found);
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-03", "upgrade-talos/demo-cp-01"));
}

TEST(PlanTurns, AControlPlaneThatGoesHasGoneBeforeTheLastOneRestarts) {
  ClusterSpec spec = control_planes({1});
  spec.nodes.front().memory_mib = 5120;
  const Plan plan = make_plan(spec, converged_world(control_planes({1, 2})));
  EXPECT_EQ(test::refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "drain-node/demo-cp-01", "delete-machine/demo-cp-02")) << "it serves the API till then";
}

TEST(PlanTurns, NoWorkerGoesBeforeTheConfigThatLetsItsPodsOntoTheControlPlane) {
  const Plan plan = make_plan(small_cluster(1, 0), converged_world(small_cluster(1, 1)));
  EXPECT_TRUE(waits_for(plan, "drain-node/demo-worker-01", "apply-config/demo-cp-01"));
}

TEST(PlanTurns, ANodeThatAnotherMachineRegisteredIsNotDrainedForAConfig) {
  Observed found = converged_world(small_cluster(1, 2));
  test::node_named(found, "demo-worker-01").system_uuid = "another";
  ClusterSpec spec = small_cluster(1, 2);
  for (NodeSpec& node : spec.nodes) {
    node.patches = {R"({"machine":{"files":[{"content":"y","op":"create","path":"/var/x"}]}})"};
  }
  const Plan plan = make_plan(spec, found);
  EXPECT_FALSE(test::can_start(plan, "drain-node/demo-worker-01"));
  EXPECT_TRUE(test::can_start(plan, "drain-node/demo-worker-02"));
  EXPECT_TRUE(waits_for(plan, "restart-kubelet/demo-worker-01", "await-talos/demo-worker-01"));
}

}  // namespace
}  // namespace tbx
