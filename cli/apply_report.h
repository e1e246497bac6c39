// What an apply says when all is done: that nothing is left to do, and how to use the cluster.
#pragma once

#include <string>

#include "cli/session.h"
#include "engine/converge.h"

namespace tbx {

/// Pre: `result` is converged.
std::string apply_report(const ConvergeResult& result, const Session& session);

}  // namespace tbx
