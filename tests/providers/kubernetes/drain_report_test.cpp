// What a drain says of itself, recorded.
#include "providers/kubernetes/drain_report.h"

#include <gtest/gtest.h>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

std::string drain(const std::string& file) { return recorded("kubectl-1.35.4/drain/" + file); }

TEST(DrainReport, NamesThePodsThatAreKeptAndThoseThatAreEnding) {
  DrainReport report = parse_drain_report(drain("blocked.err"));
  EXPECT_EQ(report, (DrainReport{{"store/free-kx7vc"}, {"store/web-kjpwh"}, {}}));
  std::vector<std::string> budgets = parse_exhausted_budgets(drain("budgets.out")).value();
  EXPECT_EQ(budgets, std::vector<std::string>{"store/web"});
  EXPECT_EQ(describe(report, budgets),
            "store/web-kjpwh is kept by a disruption budget (store/web); store/free-kx7vc is ending");
  EXPECT_EQ(describe(report, {"other/web"}),
            "store/web-kjpwh is kept by a disruption budget; store/free-kx7vc is ending");
}

TEST(DrainReport, NamesPodsThatNothingMakesAgain) {
  DrainReport report = parse_drain_report(drain("unmanaged.err"));
  EXPECT_EQ(report, (DrainReport{{}, {}, {"default/naked-too", "store/naked"}}));
  EXPECT_EQ(describe(report, {}), "nothing would make default/naked-too, store/naked again");
}

TEST(DrainReport, FindsNothingInTheWayOfADaemonSetsPods) {
  EXPECT_EQ(parse_drain_report(drain("drained.err")), DrainReport{});
  EXPECT_EQ(parse_drain_report(drain("no-node.err")), DrainReport{});
}

TEST(DrainReport, CountsWhatItDoesNotName) {
  EXPECT_EQ(describe({{"a/1", "a/2", "a/3", "a/4", "a/5"}, {}, {}}, {}), "a/1, a/2, a/3 and 2 more are ending");
}

}  // namespace
}  // namespace tbx
