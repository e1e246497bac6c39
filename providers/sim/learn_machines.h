// Where Hyper-V is real, the simulated systems learn of its machines from what it reports.
#pragma once

#include "engine/observed.h"
#include "providers/sim/live_world.h"
#include "specs/cluster_spec.h"

namespace tbx::sim {

/// Machines of this cluster come, go, start and stop in the world as `found` says.
void learn_machines(LiveWorld& live, const ClusterSpec& spec, const Observed& found);

}  // namespace tbx::sim
