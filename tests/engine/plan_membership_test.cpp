// Which members of etcd are taken off its list, woken up or waited for, and what is refused when no quorum is left.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/plan.h"
#include "engine/policy.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"
#include "tests/support/plan_words.h"

namespace tbx {
namespace {

using test::converged_world;
using test::lose_quorum;
using test::small_cluster;
using test::switch_off;

using Ids = std::vector<std::string>;

Ids ids_about(const Plan& plan, std::string_view target) {
  Ids ids;
  for (const Action& action : plan.actions) {
    if (target_of(action.op) == target) ids.push_back(id_of(action));
  }
  std::ranges::sort(ids);
  return ids;
}

TEST(PlanMembership, StartsControlPlanesThatAreToGoWhenEtcdHasNoQuorumWithoutThem) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-02");
  switch_off(found, "demo-cp-03");
  lose_quorum(found);
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_EQ(ids_about(plan, "demo-cp-02"), (Ids{"await-address/demo-cp-02", "await-etcd-member/demo-cp-02",
                                                "await-talos/demo-cp-02", "start-machine/demo-cp-02"}));
  EXPECT_EQ(ids_about(plan, "demo-cp-03"), (Ids{"await-address/demo-cp-03", "await-etcd-member/demo-cp-03",
                                                "await-talos/demo-cp-03", "start-machine/demo-cp-03"}));
  EXPECT_TRUE(plan.refused.empty()) << plan.refused.front().reason;
}

TEST(PlanMembership, RefusesToGoOnWhenTheMachinesOfAMajorityAreGone) {
  Observed found = converged_world(small_cluster(3, 1));
  for (const char* node : {"demo-cp-02", "demo-cp-03"}) {
    switch_off(found, node);
    test::lose_machine(found, node, true);
  }
  lose_quorum(found);
  Plan plan = make_plan(small_cluster(3, 1), found);
  ASSERT_EQ(plan.refused.size(), 1U);
  EXPECT_EQ(plan.refused.front().rule, "etcd-quorum");
  EXPECT_NE(
      plan.refused.front().reason.find("1 of 3 known control planes runs, and a leader needs 2; gone: demo-cp-02, "
                                       "demo-cp-03. To recover: take a snapshot"),
      std::string::npos)
      << plan.refused.front().reason;
  EXPECT_EQ(plan.blocked.size(), plan.actions.size()) << "nothing is made that could not join";
}

TEST(PlanMembership, LetsTheUnhealthyGoBeforeTheHealthy) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-02");
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_TRUE(plan.refused.empty()) << plan.refused.front().reason;
  auto place = [&](std::string_view id) {
    return std::ranges::find_if(plan.actions, [&](const Action& action) { return id_of(action) == id; });
  };
  ASSERT_NE(place("leave-etcd/demo-cp-03"), plan.actions.end());
  EXPECT_LT(place("remove-etcd-member/demo-cp-02"), place("leave-etcd/demo-cp-03"));
  EXPECT_EQ(place("leave-etcd/demo-cp-03")->reason,
            "demo-cp-03 is not in the file; 2 -> 1 member, tolerates 0 failures");
}

TEST(PlanMembership, LetsASickMemberGoBeforeAnotherIsRestarted) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-03");
  ClusterSpec wanted = small_cluster(1, 1);
  wanted.nodes.front().memory_mib = 8192;
  Plan plan = make_plan(wanted, found);
  EXPECT_TRUE(plan.refused.empty()) << plan.refused.front().reason;
  auto place = [&](std::string_view id) {
    return std::ranges::find_if(plan.actions, [&](const Action& action) { return id_of(action) == id; });
  };
  ASSERT_NE(place("stop-machine/demo-cp-01"), plan.actions.end());
  EXPECT_LT(place("remove-etcd-member/demo-cp-03"), place("stop-machine/demo-cp-01"));
  EXPECT_LT(place("leave-etcd/demo-cp-02"), place("stop-machine/demo-cp-01"));
}

TEST(PlanMembership, HandsOverToThoseThatJoinInTheSamePlan) {
  Observed found = converged_world(small_cluster(1, 1));
  ClusterSpec wanted = small_cluster(3, 1);
  wanted.nodes.front().memory_mib = 8192;
  Ids ids = ids_about(make_plan(wanted, found), "demo-cp-01");
  EXPECT_TRUE(std::ranges::binary_search(ids, std::string("hand-over-leadership/demo-cp-01")));
}

TEST(PlanMembership, StopsNoControlPlaneWhileEtcdHasNoLeader) {
  ClusterSpec spec = small_cluster(3, 1);
  Observed found = converged_world(spec);
  switch_off(found, "demo-cp-02");
  std::ranges::find(found.etcd.members, "demo-cp-03", &EtcdMember::node)->healthy = false;
  lose_quorum(found);
  StopMachine stop{"demo-cp-03", test::machine_named(found, "demo-cp-03").id};
  auto refusal = refuse(stop, spec, found, PlanMode::converge);
  ASSERT_TRUE(refusal) << "it may be about to bring the leader back";
  EXPECT_EQ(refusal->rule, "etcd-quorum");
}

TEST(PlanMembership, GivesUpADeadMembersDiskOnlyWhileTheOthersHaveQuorum) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-03");
  test::lose_machine(found, "demo-cp-03", false);
  Ids ids = ids_about(make_plan(small_cluster(3, 1), found), "demo-cp-03");
  EXPECT_TRUE(std::ranges::binary_search(ids, std::string("remove-etcd-member/demo-cp-03")));
  EXPECT_TRUE(std::ranges::binary_search(ids, std::string("delete-disk/demo-cp-03")));
  switch_off(found, "demo-cp-02");
  lose_quorum(found);
  ids = ids_about(make_plan(small_cluster(3, 1), found), "demo-cp-03");
  EXPECT_FALSE(std::ranges::binary_search(ids, std::string("delete-disk/demo-cp-03")));
  EXPECT_TRUE(std::ranges::binary_search(ids, std::string("create-machine/demo-cp-03"))) << "around its disk";
}

TEST(PlanMembership, MakesNoMachineAroundADiskThatOnlyTheLostOneCanOpen) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-cp-01", false);
  spec.nodes.front().patches = {R"({"machine":{"systemDiskEncryption":{"ephemeral":{"keys":[{"nodeID":{}}]}}}})"};
  found.etcd = {};
  Plan plan = make_plan(spec, found);
  ASSERT_FALSE(plan.refused.empty());
  EXPECT_EQ(plan.refused.front().rule, "identity");
  EXPECT_EQ(id_of(plan.refused.front().op), "create-machine/demo-cp-01");
}

TEST(PlanMembership, ChangesNothingWhileTheListCantBeRead) {
  Observed found = converged_world(small_cluster(3, 1));
  found.etcd = {};
  found.etcd.reason = "talosctl timed out";
  found.talos_presence = Presence::unknown;
  found.talos.clear();
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_TRUE(plan.actions.empty()) << id_of(plan.actions.front());
  EXPECT_TRUE(plan.refused.empty());
  EXPECT_FALSE(plan.complete());
}

TEST(PlanMembership, ChangesTheControlPlaneThatStaysOnceThoseThatGoHaveBroughtTheQuorumBack) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-02");
  switch_off(found, "demo-cp-03");
  lose_quorum(found);
  ClusterSpec wanted = small_cluster(1, 1);
  wanted.nodes.front().memory_mib = 5120;
  const Plan plan = make_plan(wanted, found);
  EXPECT_EQ(test::refused_in(plan), Ids{});
  EXPECT_TRUE(test::can_start(plan, "start-machine/demo-cp-02"));
}

/// Of two members one lost its disk, while a third had its config and waited to be let in.
Observed half_joined() {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-02");
  std::erase_if(found.host.disks, [](const Disk& disk) { return disk.node == "demo-cp-02"; });
  test::machine_named(found, "demo-cp-02").disk_path.clear();
  found.talos["demo-cp-03"].stage = TalosStage::booting;
  found.talos["demo-cp-03"].etcd_data = Presence::absent;
  std::erase_if(found.etcd.members, [](const EtcdMember& member) { return member.node == "demo-cp-03"; });
  lose_quorum(found);
  return found;
}

TEST(PlanMembership, WaitsForNoQuorumFromThoseThatHoldNoDataOfEtcd) {
  const Plan plan = make_plan(small_cluster(3, 1), half_joined());
  ASSERT_EQ(test::refused_in(plan), Ids{"await-api/demo etcd-quorum"});
  EXPECT_TRUE(test::contains(plan.refused.front().reason, "gone: demo-cp-02. To recover"));
  EXPECT_FALSE(test::can_start(plan, "await-etcd-member/demo-cp-01"));
}

}  // namespace
}  // namespace tbx
