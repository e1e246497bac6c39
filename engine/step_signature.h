// What makes the steps of two nodes the same.
#pragma once

#include <string>
#include <string_view>

#include "engine/plan.h"
#include "engine/plan_outline.h"

namespace tbx {

/// Equal for groups whose steps differ only in the node's own name, addresses and IDs.
std::string step_signature(const Plan& plan, const StepGroup& group);

/// `text` with `own_name`, addresses and IDs taken out, and an end mark.
void append_without_own(std::string& out, std::string_view text, std::string_view own_name);

}  // namespace tbx
