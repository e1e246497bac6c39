// What a plan leaves alone: members, disks, VMs and Nodes that are somebody else's, protected, or not known well
// enough.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/plan.h"
#include "engine/policy.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using test::converged_world;
using test::small_cluster;

using Ids = std::vector<std::string>;

/// Those that can start.
Ids ids_of(const Plan& plan) {
  Ids ids;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (!std::ranges::binary_search(plan.blocked, id)) {
      ids.push_back(id_of(plan.actions[id]));
    }
  }
  return ids;
}

Ids rules_of(const Plan& plan) {
  Ids rules;
  std::ranges::transform(plan.refused, std::back_inserter(rules),
                         [](const Refused& refused) { return id_of(refused.op) + " " + refused.rule; });
  return rules;
}

bool holds(const Ids& ids, std::string_view id) { return std::ranges::find(ids, id) != ids.end(); }

EtcdMember& member_on(Observed& found, std::string_view node) {
  return *std::ranges::find(found.etcd.members, node, &EtcdMember::node);
}

void switch_off(Observed& found, const std::string& node) {
  test::machine_named(found, node).power = Power::off;
  found.talos[node] = {};
  found.talos[node].presence = Presence::absent;
  member_on(found, node).healthy = false;
}

TEST(PlanCaution, TakesNoMemberFromAMachineThatStaysBecauseItIsProtected) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-03");
  ClusterSpec spec = small_cluster(1, 1);
  spec.protected_nodes = {"demo-cp-03"};
  Plan plan = make_plan(spec, found);
  EXPECT_FALSE(holds(ids_of(plan), "remove-etcd-member/demo-cp-03"));
  EXPECT_TRUE(holds(rules_of(plan), "delete-machine/demo-cp-03 protected"));
}

TEST(PlanCaution, NeitherStopsNorRemovesAProtectedSickNodeOnRequest) {
  Observed found = converged_world(small_cluster(3, 1));
  member_on(found, "demo-cp-03").healthy = false;
  ClusterSpec spec = small_cluster(3, 1);
  spec.protected_nodes = {"demo-cp-03"};
  Plan plan = make_plan_replacing(spec, found, {{"demo-cp-03", "vm-3"}});
  EXPECT_EQ(ids_of(plan), Ids{"await-etcd-member/demo-cp-03"});
  auto refusal =
      refuse(RemoveEtcdMember{"demo-cp-03", member_on(found, "demo-cp-03").id}, spec, found, PlanMode::converge);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, "protected");
}

TEST(PlanCaution, KeepsTheNodesThatAProtectedPoolNoLongerCounts) {
  auto pool = [](const char* count) {
    return test::spec_from(std::string("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\n"
                                       "spec:\n  workers: {protect: true, count: ") +
                           count + "}\n");
  };
  Plan plan = make_plan(pool("1"), converged_world(pool("2")));
  EXPECT_EQ(ids_of(plan), Ids{});
  EXPECT_EQ(rules_of(plan), Ids{"delete-machine/demo-worker-02 protected"});
}

}  // namespace
}  // namespace tbx
