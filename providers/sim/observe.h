// What each simulated system reports when it is looked at.
#pragma once

#include "engine/observed.h"
#include "engine/provider.h"
#include "providers/credentials.h"
#include "providers/sim/live_world.h"
#include "specs/cluster_spec.h"

namespace tbx::sim {

// Each fills in what `scope` covers and leaves the rest of `found` as it is.
void observe_host(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found);
void observe_talos(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found);
void observe_kubernetes(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found);
void observe_helm(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found);
void observe_access(const World& world, const ClusterSpec& spec, Observed& found);

/// Nothing can be learned of this system: everything of it is unknown, for this reason.
void observe_nothing(System system, const std::string& reason, const ClusterSpec& spec, const Scope& scope,
                     Observed& found);

}  // namespace tbx::sim
