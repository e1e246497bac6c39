// Who waits for whom among many nodes that come and go in one plan.
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/plan.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

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

}  // namespace
}  // namespace tbx
