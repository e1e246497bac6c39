// What starts when, and within which limits.
#include "engine/schedule.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using Ids = std::vector<ActionId>;
using test::plan_of;
using test::starts;

Ids take_all(Schedule& schedule) {
  Ids ids;
  while (auto id = schedule.next()) ids.push_back(*id);
  return ids;
}

TEST(Schedule, StartsTheLongestRemainingPathFirst) {
  const Plan plan =
      plan_of({StartMachine{"a", ""}, DownloadImage{"v1"}, CreateDisk{"a", 20, {}}, AwaitTalos{"b"}}, {{2, 3}});
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{2, 1, 0}));
}

TEST(Schedule, BreaksTiesByPlanOrder) {
  const Plan plan = starts(3);
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{0, 1, 2}));
}

TEST(Schedule, KeepsTheLimitOfASystem) {
  const Plan plan = starts(6);
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule).size(), 4U);
  schedule.succeed(2);
  EXPECT_EQ(take_all(schedule), Ids{4});
}

TEST(Schedule, KeepsTheLimitOfAKindAndGivesTheRoomToOthers) {
  const Plan plan = plan_of({DownloadImage{"1"}, DownloadImage{"2"}, DownloadImage{"3"}, StartMachine{"m", ""}});
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{0, 1, 3}));
}

TEST(Schedule, KeepsTheLimitOfAllSystemsTogether) {
  const Plan plan = plan_of({AwaitTalos{"a"}, AwaitTalos{"b"}, InstallRelease{"r"}});
  Schedule schedule(plan, 2);
  EXPECT_EQ(take_all(schedule), (Ids{0, 1}));
}

TEST(Schedule, StartsNothingBeforeAllItDependsOnSucceeded) {
  const Plan plan = starts(3, {{0, 2}, {1, 2}});
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{0, 1}));
  schedule.succeed(1);
  EXPECT_EQ(take_all(schedule), Ids{});
  schedule.succeed(0);
  EXPECT_EQ(take_all(schedule), Ids{2});
}

TEST(Schedule, SkipsEachDependantOnceWithItsCause) {
  const Plan plan = starts(5, {{0, 2}, {1, 2}, {2, 3}, {1, 4}});
  Schedule schedule(plan);
  take_all(schedule);
  EXPECT_EQ(schedule.fail(0), (std::vector<Skipped>{{2, 0}, {3, 0}}));
  EXPECT_EQ(schedule.fail(1), (std::vector<Skipped>{{4, 1}}));
  EXPECT_EQ(take_all(schedule), Ids{});
}

TEST(Schedule, NeverStartsWhatIsBlockedNorWhatDependsOnIt) {
  Plan plan = starts(4, {{0, 1}, {1, 2}});
  plan.blocked = {1};
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{0, 3}));
  schedule.succeed(0);
  EXPECT_EQ(take_all(schedule), Ids{});
  EXPECT_TRUE(schedule.fail(3).empty());
}

TEST(Schedule, StartsNothingAfterAStop) {
  const Plan plan = starts(2, {{0, 1}});
  Schedule schedule(plan);
  EXPECT_EQ(schedule.next(), 0U);
  schedule.stop();
  schedule.succeed(0);
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_EQ(schedule.running_count(), 0U);
}

TEST(Schedule, GivesThePlaceOfAPausedActionToOthers) {
  const Plan plan = plan_of({DownloadImage{"1"}, DownloadImage{"2"}, DownloadImage{"3"}});
  Schedule schedule(plan);
  EXPECT_EQ(take_all(schedule), (Ids{0, 1}));
  schedule.pause(0);
  EXPECT_EQ(take_all(schedule), Ids{2});
  schedule.resume(0);
  EXPECT_EQ(take_all(schedule), Ids{});
  schedule.succeed(2);
  EXPECT_EQ(take_all(schedule), Ids{0});
}

TEST(Makespan, CountsEstimatesWithinTheLimits) {
  EXPECT_DOUBLE_EQ(simulated_makespan(Plan{}), 0);
  EXPECT_DOUBLE_EQ(simulated_makespan(starts(4)), 4);
  EXPECT_DOUBLE_EQ(simulated_makespan(starts(5)), 8);
  EXPECT_DOUBLE_EQ(simulated_makespan(starts(3, {{0, 1}, {1, 2}})), 12);
  EXPECT_DOUBLE_EQ(simulated_makespan(starts(4), 1), 16);
}

TEST(Makespan, LeavesOutWhatIsBlocked) {
  Plan plan = starts(3, {{0, 1}, {1, 2}});
  plan.blocked = {1, 2};
  EXPECT_DOUBLE_EQ(simulated_makespan(plan), 4);
  EXPECT_DOUBLE_EQ(makespan_lower_bound(plan), 4);
}

TEST(Makespan, IsNeverBelowItsLowerBound) {
  const Plan plans[] = {starts(9), starts(3, {{0, 1}, {1, 2}}),
                        plan_of({DownloadImage{"1"}, DownloadImage{"2"}, DownloadImage{"3"}})};
  const double bounds[] = {9, 12, 90};
  for (std::size_t i = 0; i < std::size(plans); ++i) {
    EXPECT_DOUBLE_EQ(makespan_lower_bound(plans[i]), bounds[i]);
    EXPECT_GE(simulated_makespan(plans[i]), bounds[i]);
  }
}

TEST(Makespan, BoundsWhatHappenedByTheSecondsThatItTook) {
  const Plan plan = starts(3, {{0, 1}});
  EXPECT_DOUBLE_EQ(makespan_lower_bound(plan, std::vector<double>{10, 20, 25}), 30);
  EXPECT_DOUBLE_EQ(makespan_lower_bound(plan, std::vector<double>{10, 20, 25}, 1), 55) << "one at a time";
  EXPECT_DOUBLE_EQ(makespan_lower_bound(plan_of({DownloadImage{"1"}, DownloadImage{"2"}, DownloadImage{"3"}}),
                                        std::vector<double>{10, 20, 40}),
                   40);
}

TEST(Makespan, IsFastForAHundredThousandActions) {
  std::vector<Dependency> edges;
  for (ActionId id = 10; id < 100'000; ++id) {
    for (ActionId back : {1U, 4U, 9U}) edges.push_back({id - back, id});
  }
  const Plan plan = starts(100'000, edges);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_GT(simulated_makespan(plan), 100'000);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace tbx
