// The two ways of apply, and what they share.
#pragma once

#include "cli/arguments.h"
#include "cli/session.h"

namespace tbx {

/// Shows the plan, asks, and goes on until nothing is left to do.
ExitCode apply_plan(const Session& session, FirstPlan first, const ApplyArguments& arguments, Streams& streams,
                    Planner planner = make_plan);

/// Does exactly the saved plan's steps first; refuses when anything moved that it was made from.
ExitCode apply_saved_plan(const ApplyArguments& arguments, Streams& streams);

}  // namespace tbx
