// Many rehearsals at once, each in its own world.
#pragma once

#include <functional>

#include "providers/sim/rehearsal.h"

namespace tbx::sim {

/// Runs of the seeds from `first_seed` on, sorted by seed; when Ctrl-C is pressed, only those that came to their end.
/// Uses all processors. `finished` is called after each, by one thread at a time.
std::vector<RunRecord> rehearse_all(const RehearsalInput& input, std::uint64_t first_seed, int runs,
                                    const std::function<void(const RunRecord&)>& finished);

}  // namespace tbx::sim
