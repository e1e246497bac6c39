// What an apply says when all is done: that nothing is left to do, and how to use the cluster.
#pragma once

#include <string>

#include "cli/session.h"
#include "engine/converge.h"

namespace tbx {

/// What the first plan came to by its estimates.
struct PlannedTime {
  double seconds = 0;
  double lower_bound_seconds = 0;  ///< no order within the limits takes less
};

/// Pre: `result` is converged.
std::string apply_report(const ConvergeResult& result, const PlannedTime& planned, const Session& session);

}  // namespace tbx
