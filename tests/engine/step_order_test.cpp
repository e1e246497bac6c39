// Whether nodes with the same steps go through them together or one after the other.
#include "engine/step_order.h"

#include <gtest/gtest.h>

#include "tests/support/small_plans.h"

namespace tbx {
namespace {

/// Drains and stops each node; `dependencies` between these are what a case is about: drain of node i is action 2i.
Plan drains(std::size_t nodes, std::vector<Dependency> dependencies, Impact impact = Impact::disruptive) {
  std::vector<Op> ops;
  for (std::size_t i = 1; i <= nodes; ++i) {
    const std::string name = "w-0" + std::to_string(i);
    ops.emplace_back(DrainNode{name});
    ops.emplace_back(StopMachine{name, ""});
    const auto drain = static_cast<ActionId>(2 * i - 2);
    dependencies.push_back({drain, drain + 1});
  }
  std::sort(dependencies.begin(), dependencies.end(), [](const Dependency& left, const Dependency& right) {
    return std::pair(left.after, left.before) < std::pair(right.after, right.before);
  });
  Plan plan = test::plan_of(std::move(ops), std::move(dependencies));
  for (Action& action : plan.actions) action.impact = impact;
  return plan;
}

std::string told(const Plan& plan) {
  const std::vector<PlanSection> outline = outline_of(plan, Folding::on);
  EXPECT_EQ(outline.size(), 1U);
  EXPECT_EQ(outline.front().groups.size(), 1U);
  return same_steps_text(outline.front().groups.front(), "…");
}

TEST(StepOrder, TellsThatNodesFollowOneAnother) {
  EXPECT_EQ(told(drains(3, {{1, 2}, {3, 4}})), "w-02, -03 (2 nodes): the same steps, one node after the other");
  EXPECT_EQ(told(drains(2, {{1, 2}})), "w-02: the same steps, one node after the other");
}

TEST(StepOrder, TellsHowManyGoAtOnce) {
  EXPECT_EQ(told(drains(4, {{1, 4}, {3, 6}})), "w-02 … -04 (3 nodes): the same steps, at most 2 nodes at once");
}

TEST(StepOrder, PromisesNothingWhereTheOrderSetsNoLimit) {
  const std::vector<std::vector<Dependency>> orders{
      {},                // all at once
      {{1, 2}, {1, 4}},  // two follow the same one
      {{0, 2}, {2, 4}},  // the next begins before the one before it is through
      {{1, 4}, {3, 4}},  // one waits for two
  };
  for (const std::vector<Dependency>& order : orders) {
    EXPECT_EQ(told(drains(3, order)), "w-02, -03 (2 nodes): the same steps");
  }
}

TEST(StepOrder, IsNotToldWhereNothingIsDisturbed) {
  EXPECT_EQ(told(drains(2, {{1, 2}}, Impact::none)), "w-02: the same steps");
}

TEST(StepOrder, IsSeenThroughStepsOfOthers) {
  Plan plan = test::plan_of({StopMachine{"w-01", ""}, AwaitApi{"c"}, StopMachine{"w-02", ""}}, {{0, 1}, {1, 2}});
  plan.actions[0].impact = plan.actions[2].impact = Impact::restart;
  const std::vector<PlanSection> outline = outline_of(plan, Folding::on);
  EXPECT_EQ(outline.back().groups.front().at_once, 1U);
}

}  // namespace
}  // namespace tbx
