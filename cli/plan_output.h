// A plan in the form that was asked for.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "engine/plan.h"

namespace tbx {

/// `wanted`: masked, as the plan was made from it.
std::string plan_document(const Plan& plan, const ClusterSpec& wanted, const Observed& found, PlanFormat format,
                          const Streams& streams);

/// For people, with the time it will take and its longest chain.
std::string plan_text(const Plan& plan, const Streams& streams);

}  // namespace tbx
