// Order, cycles and longest paths.
#include "engine/graph.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>

namespace tbx {
namespace {

using Ids = std::vector<ActionId>;
using Edges = std::vector<Dependency>;

TEST(Graph, RunsTheLowestReadyIdFirst) {
  struct Case {
    std::size_t count;
    Edges edges;
    Ids order;
  };
  const Case cases[] = {
      {0, {}, {}},
      {3, {}, {0, 1, 2}},
      {3, {{2, 0}}, {1, 2, 0}},
      {4, {{3, 1}, {1, 0}, {3, 2}}, {3, 1, 0, 2}},
      {4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}, {0, 1, 2, 3}},
      {2, {{1, 0}, {1, 0}}, {1, 0}},
  };
  for (const Case& each : cases) {
    auto result = run_order(each.count, each.edges);
    ASSERT_TRUE(std::holds_alternative<Ids>(result));
    EXPECT_EQ(std::get<Ids>(result), each.order);
  }
}

TEST(Graph, TellsACycleWithItsPath) {
  struct Case {
    std::size_t count;
    Edges edges;
    std::string text;
  };
  const std::vector<std::string> names{"a", "b", "c", "d"};
  const Case cases[] = {
      {1, {{0, 0}}, "a -> a"},
      {3, {{0, 2}, {2, 0}, {0, 1}}, "a -> c -> a"},
      {4, {{0, 1}, {3, 2}, {2, 1}, {1, 3}}, "b -> d -> c -> b"},
      {4, {{0, 1}, {1, 2}, {0, 3}, {3, 3}}, "d -> d"},
  };
  for (const Case& each : cases) {
    auto result = run_order(each.count, each.edges);
    ASSERT_TRUE(std::holds_alternative<Cycle>(result)) << each.text;
    EXPECT_EQ(to_string(std::get<Cycle>(result), names), each.text);
  }
}

TEST(Graph, CountsTheLongestRemainingPathWithTheActionItself) {
  const Edges edges{{0, 1}, {0, 2}, {1, 3}, {2, 3}};
  const std::vector<double> weights{1, 10, 5, 2, 7};
  EXPECT_EQ(longest_remaining_path(5, edges, weights), (std::vector<double>{13, 12, 7, 2, 7}));
  EXPECT_EQ(longest_chain(5, edges, weights), (Ids{0, 1, 3}));
}

TEST(Graph, PrefersLowerIdsAmongEquallyLongChains) {
  const std::vector<double> ones{1, 1, 1, 1};
  EXPECT_EQ(longest_chain(4, Edges{{0, 3}, {0, 2}, {1, 2}}, ones), (Ids{0, 2}));
  EXPECT_EQ(longest_chain(0, {}, {}), Ids{});
}

TEST(Graph, LeavesOutTheEdgesThatOthersImply) {
  struct Case {
    std::size_t count;
    Edges edges;
    Edges needed;
  };
  const Case cases[] = {
      {3, {}, {}},
      {3, {{0, 1}, {0, 2}, {1, 2}}, {{0, 1}, {1, 2}}},
      {4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}},
      {5, {{0, 1}, {1, 2}, {2, 3}, {0, 4}, {1, 4}, {3, 4}}, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}},
  };
  for (const Case& each : cases) EXPECT_EQ(without_implied(each.count, each.edges), each.needed);
}

/// For each action those that come before it, near or far.
std::vector<std::set<ActionId>> all_before(std::size_t count, const Edges& edges) {
  std::vector<std::set<ActionId>> before(count);
  for (const Dependency& edge : edges) {  // sorted by after: what is before `before` is known already
    before[edge.after].insert(edge.before);
    before[edge.after].insert(before[edge.before].begin(), before[edge.before].end());
  }
  return before;
}

TEST(Graph, WithoutImpliedEdgesTheOrderIsTheSameAndNoEdgeCanBeSpared) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = 2 + random() % 12;
    std::set<std::pair<ActionId, ActionId>> drawn;  // after, before
    for (std::size_t i = random() % 40; i > 0; --i) {
      const auto after = static_cast<ActionId>(1 + random() % (count - 1));
      drawn.emplace(after, static_cast<ActionId>(random() % after));
    }
    Edges edges;
    for (const auto& [after, before] : drawn) edges.push_back({before, after});
    const Edges needed = without_implied(count, edges);
    EXPECT_EQ(all_before(count, needed), all_before(count, edges));
    for (std::size_t spared = 0; spared < needed.size(); ++spared) {
      Edges fewer = needed;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(spared));
      EXPECT_NE(all_before(count, fewer), all_before(count, edges));
    }
  }
}

TEST(Graph, IsFastForAHundredThousandActions) {
  constexpr std::size_t count = 100'000;
  std::mt19937 random(1);
  Edges edges;
  for (int i = 0; i < 300'000; ++i) {
    auto after = static_cast<ActionId>(1 + random() % (count - 1));
    edges.push_back({static_cast<ActionId>(random() % after), after});
  }
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(std::holds_alternative<Ids>(run_order(count, edges)));
  EXPECT_FALSE(longest_chain(count, edges, std::vector<double>(count, 1)).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Graph, FindsTheCycleOfALongChainWithoutRecursion) {
  constexpr std::size_t count = 100'000;
  Edges edges{{count - 1, 0}};
  for (ActionId id = 0; id + 1 < count; ++id) edges.push_back({id, id + 1});
  auto result = run_order(count, edges);
  ASSERT_TRUE(std::holds_alternative<Cycle>(result));
  EXPECT_EQ(std::get<Cycle>(result).path.size(), count + 1);
}

}  // namespace
}  // namespace tbx
