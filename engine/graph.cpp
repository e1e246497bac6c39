#include "engine/graph.h"

#include <algorithm>
#include <functional>
#include <queue>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/depth_first_search.hpp>

#include "engine/assertion.h"

namespace tbx {
namespace {

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, ActionId, std::size_t>;

Graph graph_of(std::size_t action_count, std::span<const Dependency> edges) {
  std::vector<std::pair<ActionId, ActionId>> pairs;
  pairs.reserve(edges.size());
  for (const Dependency& edge : edges) {
    TBX_ASSERT(edge.before < action_count && edge.after < action_count, "a dependency names actions of the plan");
    pairs.emplace_back(edge.before, edge.after);
  }
  return {boost::edges_are_unsorted_multi_pass, pairs.begin(), pairs.end(), static_cast<ActionId>(action_count)};
}

/// Thrown to leave the search of a library that has no other way out; caught in find_cycle.
struct CycleFound {};

/// Keeps the path from the root of the search, and stops at the first edge that leads back into it.
struct CycleFinder : boost::default_dfs_visitor {
  std::vector<ActionId>* path;

  explicit CycleFinder(std::vector<ActionId>& kept) : path(&kept) {}

  void discover_vertex(ActionId action, const Graph&) const { path->push_back(action); }
  void finish_vertex(ActionId, const Graph&) const { path->pop_back(); }
  void back_edge(const Graph::edge_descriptor& edge, const Graph& graph) const {
    auto first = std::ranges::find(*path, target(edge, graph));
    path->erase(path->begin(), first);
    throw CycleFound{};
  }
};

/// Pre: there is one.
Cycle find_cycle(const Graph& graph) {
  std::vector<ActionId> path;
  try {
    boost::depth_first_search(graph, boost::visitor(CycleFinder(path)));
  } catch (const CycleFound&) {
    std::ranges::rotate(path, std::ranges::min_element(path));
    path.push_back(path.front());
  }
  TBX_ASSERT(!path.empty(), "what has no order has a cycle");
  return {std::move(path)};
}

std::vector<ActionId> order_of(const Graph& graph) {
  std::size_t count = num_vertices(graph);
  std::vector<std::size_t> waiting_on(count, 0);
  for (auto [edge, end] = edges(graph); edge != end; ++edge) {
    ++waiting_on[target(*edge, graph)];
  }
  std::priority_queue<ActionId, std::vector<ActionId>, std::greater<>> ready;
  for (ActionId action = 0; action < count; ++action) {
    if (waiting_on[action] == 0) {
      ready.push(action);
    }
  }
  std::vector<ActionId> order;
  order.reserve(count);
  while (!ready.empty()) {
    ActionId action = ready.top();
    ready.pop();
    order.push_back(action);
    for (auto [after, end] = adjacent_vertices(action, graph); after != end; ++after) {
      if (--waiting_on[*after] == 0) {
        ready.push(*after);
      }
    }
  }
  return order;
}

std::vector<double> remaining_in(const Graph& graph, std::span<const double> weights) {
  std::vector<ActionId> order = order_of(graph);
  TBX_ASSERT(order.size() == weights.size(), "no cycle, and one weight for each action");
  std::vector<double> remaining(weights.begin(), weights.end());
  for (auto action = order.rbegin(); action != order.rend(); ++action) {
    double longest = 0;
    for (auto [after, end] = adjacent_vertices(*action, graph); after != end; ++after) {
      longest = std::max(longest, remaining[*after]);
    }
    remaining[*action] += longest;
  }
  return remaining;
}

/// Of two equally long the lower id.
struct Longer {
  const std::vector<double>& remaining;
  bool operator()(ActionId a, ActionId b) const {
    return remaining[a] != remaining[b] ? remaining[a] > remaining[b] : a < b;
  }
};

/// Finds the edges into one action that others imply: walks back from its nearest predecessor first, and what it meets
/// on the way needs no edge of its own.
class ImpliedEdges {
 public:
  ImpliedEdges(std::size_t action_count, std::span<const Dependency> edges)
      : edges_(edges), first_into_(action_count + 1), met_by_(action_count, nobody) {
    for (const Dependency& edge : edges) {
      TBX_ASSERT(edge.before < edge.after && edge.after < action_count, "a plan's actions stand in their order");
      ++first_into_[edge.after + 1];
    }
    for (std::size_t action = 0; action < action_count; ++action) {
      first_into_[action + 1] += first_into_[action];
    }
  }

  void append_needed(ActionId action, std::vector<Dependency>& needed) {
    std::span<const Dependency> into = edges_into(action);
    std::size_t kept_before = needed.size();
    for (auto edge = into.rbegin(); edge != into.rend(); ++edge) {
      if (met_by_[edge->before] == action) {
        continue;
      }
      needed.push_back(*edge);
      walk_back(edge->before, into.front().before, action);
    }
    std::reverse(needed.begin() + static_cast<std::ptrdiff_t>(kept_before), needed.end());
  }

 private:
  static constexpr ActionId nobody = static_cast<ActionId>(-1);

  std::span<const Dependency> edges_into(ActionId action) const {
    return edges_.subspan(first_into_[action], first_into_[action + 1] - first_into_[action]);
  }

  /// Nothing below `lowest` can be a predecessor in question.
  void walk_back(ActionId from, ActionId lowest, ActionId action) {
    met_by_[from] = action;
    open_.assign(1, from);
    while (!open_.empty()) {
      ActionId next = open_.back();
      open_.pop_back();
      for (const Dependency& edge : edges_into(next)) {
        if (edge.before >= lowest && met_by_[edge.before] != action) {
          met_by_[edge.before] = action;
          open_.push_back(edge.before);
        }
      }
    }
  }

  std::span<const Dependency> edges_;
  std::vector<std::size_t> first_into_;  ///< by action, into edges_; one more at the end
  std::vector<ActionId> met_by_;         ///< the action whose walk was here last
  std::vector<ActionId> open_;
};

}  // namespace

std::string to_string(const Cycle& cycle, std::span<const std::string> names) {
  std::string text;
  for (ActionId action : cycle.path) {
    text += (text.empty() ? "" : " -> ") + names[action];
  }
  return text;
}

std::variant<std::vector<ActionId>, Cycle> run_order(std::size_t action_count, std::span<const Dependency> edges) {
  Graph graph = graph_of(action_count, edges);
  std::vector<ActionId> order = order_of(graph);
  if (order.size() == action_count) {
    return order;
  }
  return find_cycle(graph);
}

std::vector<double> longest_remaining_path(std::size_t action_count, std::span<const Dependency> edges,
                                           std::span<const double> weights) {
  return remaining_in(graph_of(action_count, edges), weights);
}

std::vector<Dependency> without_implied(std::size_t action_count, std::span<const Dependency> edges) {
  ImpliedEdges implied(action_count, edges);
  std::vector<Dependency> needed;
  for (ActionId action = 0; action < action_count; ++action) {
    implied.append_needed(action, needed);
  }
  return needed;
}

std::vector<ActionId> longest_chain(std::size_t action_count, std::span<const Dependency> edges,
                                    std::span<const double> weights) {
  if (action_count == 0) {
    return {};
  }
  Graph graph = graph_of(action_count, edges);
  std::vector<double> remaining = remaining_in(graph, weights);
  Longer longer{remaining};
  ActionId action = 0;
  for (ActionId other = 1; other < action_count; ++other) {
    action = longer(other, action) ? other : action;
  }
  std::vector<ActionId> chain{action};
  for (auto [next, end] = adjacent_vertices(action, graph); next != end;) {
    action = *std::min_element(next, end, longer);
    chain.push_back(action);
    std::tie(next, end) = adjacent_vertices(action, graph);
  }
  return chain;
}

}  // namespace tbx
