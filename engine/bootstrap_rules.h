// When etcd may be bootstrapped: once, on one node, and never again; design, section 6, rule 6.
#pragma once

#include <optional>
#include <string_view>

#include "engine/observed.h"
#include "engine/policy.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// What is known of etcd's data, all control planes together.
enum class EtcdPhase {
  never_bootstrapped,  ///< known: no control plane has data, and no mark speaks of a bootstrap that finished
  living,              ///< members were read
  asleep,              ///< there is data on a disk whose machine is off, absent or booting: wake it up and look again
  lost,                ///< marks say it was bootstrapped, and no control plane has data any more
  unknown,
};

EtcdPhase etcd_phase(const ClusterSpec& wanted, const Observed& found);

/// Why etcd may not be bootstrapped on `node` now; empty when it may.
std::optional<Refusal> why_not_bootstrap(const ClusterSpec& wanted, const Observed& found, std::string_view node,
                                         PassedRules passed = nullptr);

/// The node whose mark says `bootstrapping`, else the first control plane by name.
std::string bootstrap_node(const ClusterSpec& wanted, const Observed& found);

/// A mark of ours, on a machine or a disk, that says `bootstrapped`.
bool any_mark_bootstrapped(const ClusterSpec& wanted, const Observed& found);

}  // namespace tbx
