// A plan as a graph for Graphviz.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace tbx {

struct DotOptions {
  double estimate_seconds = 0;          ///< of the whole plan; 0: not said
  std::vector<ActionId> longest_chain;  ///< first to last; empty: not marked
};

/// One node an action, in boxes by phase and by node of the cluster; arrows from what comes first, without those that
/// others imply. Shape and text tell impact, blocked and refused ones; numbers and thick lines the longest chain.
/// The name of a node is the action's ID, its tooltip the reason.
std::string plan_to_dot(const Plan& plan, const DotOptions& options);

}  // namespace tbx
