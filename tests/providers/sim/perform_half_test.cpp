// What a killed tool leaves behind is found by the next look, and mended.
#include <gtest/gtest.h>

#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;
using test::small_cluster;

void kill_in_the_middle_of(SimLab& lab, const Op& op) {
  Observed found = lab.look();
  Setting setting{lab.spec, found, lab.simulation.credentials()};
  ASSERT_TRUE(lab.simulation.leave_half(op, setting));
}

TEST(HalfDone, AVmThatWasOnlyMadeIsGivenItsSizes) {
  SimLab lab(small_cluster(1, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("delete-machine demo-worker-01");
  Plan plan = lab.plan();
  for (const Action& action : plan.actions) {
    if (std::holds_alternative<CreateMachine>(action.op)) {
      kill_in_the_middle_of(lab, action.op);
      break;
    }
    ASSERT_TRUE(lab.apply(action.op));
  }
  EXPECT_EQ(lab.machine("demo-worker-01").cpu_count, 1);
  EXPECT_EQ(lab.converge().exit_code, ExitCode::done);
  EXPECT_EQ(lab.machine("demo-worker-01").cpu_count, 2);
}

TEST(HalfDone, ANodeThatWasOnlyCordonedCarriesPodsAgain) {
  SimLab lab(small_cluster(1, 2, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  kill_in_the_middle_of(lab, DrainNode{"demo-worker-01"});
  EXPECT_EQ(test::kinds_of(lab.plan()), std::vector<std::string>{"uncordon-node"});
  EXPECT_EQ(lab.converge().exit_code, ExitCode::done);
}

TEST(HalfDone, AMemberOffTheListGoesWithItsDisk) {
  SimLab lab(small_cluster(3, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  std::erase_if(lab.spec.nodes, [](const NodeSpec& node) { return node.name == "demo-cp-03"; });
  std::string member;
  for (const EtcdMember& each : lab.look().etcd.members) {
    member = each.node == "demo-cp-03" ? each.id : member;
  }
  kill_in_the_middle_of(lab, LeaveEtcd{"demo-cp-03", member});
  EXPECT_EQ(lab.look().etcd.members.size(), 2U);
  EXPECT_EQ(lab.converge().exit_code, ExitCode::done);
  EXPECT_EQ(disks_of_node(lab.state(), "demo-cp-03").size(), 0U);
  EXPECT_TRUE(lab.checkers.violations().empty());
}

TEST(HalfDone, KubeletsLeftBehindByAnUpgradeCatchUp) {
  SimLab lab(small_cluster(1, 3, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  kill_in_the_middle_of(lab, UpgradeKubernetes{"demo", "v1.35.0", "v1.35.4"});
  EXPECT_EQ(test::kinds_of(lab.plan()), (std::vector<std::string>{"snapshot-etcd", "upgrade-kubernetes"}))
      << "without a version in the file the newest that runs counts";
  EXPECT_EQ(lab.converge().exit_code, ExitCode::done);
  for (const KubernetesNode& node : lab.look().kubernetes.nodes) {
    EXPECT_EQ(node.kubelet_version, "v1.35.4") << node.name;
  }
}

}  // namespace
}  // namespace tbx::sim
