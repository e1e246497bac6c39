// Whether nodes with the same steps go through them together or one after the other.
#pragma once

#include <vector>

#include "engine/plan.h"
#include "engine/plan_outline.h"

namespace tbx {

/// How many of these nodes are in the middle of the group's steps at one time, at most; 0 where the plan's order sets
/// no limit. Asked only for steps that disturb, and for machine configs, with which members join: else it is 0.
std::size_t nodes_at_once(const Plan& plan, const std::vector<const StepGroup*>& same);

}  // namespace tbx
