// Order, cycles and longest paths.
#include "engine/graph.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

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
