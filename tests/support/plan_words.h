// Short ways to say what a plan holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"

namespace tbx::test {

/// The IDs of the actions that can start, in the plan's order.
std::vector<std::string> startable_in(const Plan& plan);

/// Whether the plan has the action, and nothing refused keeps it from starting.
bool can_start(const Plan& plan, std::string_view id);

/// "create-machine/demo-cp-03 not-ours" for each op that a rule refused.
std::vector<std::string> refused_in(const Plan& plan);

/// Whether one of them is this op, by this rule.
bool refuses(const Plan& plan, std::string_view id_and_rule);

/// Whether the first can only start when the second is done.
bool waits_for(const Plan& plan, std::string_view id, std::string_view other);

/// After a test failure an empty one, when the plan has none of that ID.
const Action& action_in(const Plan& plan, std::string_view id);

}  // namespace tbx::test
