// Nodes with the same steps, told once.
#pragma once

#include <vector>

#include "engine/plan.h"
#include "engine/plan_outline.h"

namespace tbx {

/// Whether the groups stand in the order of their turns, so that it can be said which begins when another is through.
enum class Turns { none, shown };

/// Groups whose steps are the same stand under the first of them. Pre: each target once.
std::vector<StepGroup> folded(const Plan& plan, const std::vector<StepGroup>& groups, Turns turns);

}  // namespace tbx
