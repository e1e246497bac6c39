// Order among actions: what may run after what, and how long the longest way to the end is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/plan.h"

namespace tbx {

/// Actions that wait for one another. The path ends where it began.
struct Cycle {
  std::vector<ActionId> path;
  bool operator==(const Cycle&) const = default;
};

/// "a -> c -> a"
std::string to_string(const Cycle& cycle, std::span<const std::string> names);

/// All actions, each after those it depends on; of those that could come next, the lowest id first.
/// Pre, here and below: both ends of every edge are below `action_count`.
std::variant<std::vector<ActionId>, Cycle> run_order(std::size_t action_count, std::span<const Dependency> edges);

/// Per action: its own seconds and those of the longest chain of actions that wait for it.
/// Pre: no cycle, and one weight for each action.
std::vector<double> longest_remaining_path(std::size_t action_count, std::span<const Dependency> edges,
                                           std::span<const double> weights);

/// The edges that no chain of others implies, in their order: enough to see what waits for what.
/// Pre: those of a Plan: sorted by after, and each before below its after.
std::vector<Dependency> without_implied(std::size_t action_count, std::span<const Dependency> edges);

/// The actions on the longest path, first to last; the lowest ids where several are equally long.
std::vector<ActionId> longest_chain(std::size_t action_count, std::span<const Dependency> edges,
                                    std::span<const double> weights);

}  // namespace tbx
