// Looking: at everything, or at what one action needs just before it starts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/policy.h"
#include "engine/provider.h"

namespace tbx {

/// From nothing: hyperv, talos, kubernetes, helm, access, whatever the order of `providers`.
Observed look(std::span<Provider* const> providers, const ClusterSpec& spec, const Scope& scope = {});

/// The systems whose facts the op's rules and its effect depend on, in the order of looking.
/// A destroy needs only the host and the hosts file: it must work when the cluster is dead.
std::vector<System> facts_needed(const Op& op, PlanMode mode = PlanMode::converge);

/// Changes of etcd's membership, and what takes a control plane away, need all control planes, an upgrade of Kubernetes
/// all nodes; the rest its own node or release, and the control planes' addresses where it goes through the API.
Scope scope_of(const Op& op, const ClusterSpec& spec);

/// Looks at what `op` needs and brings `found` up to date with it; what is out of scope stays as it was.
void look_again(const Op& op, PlanMode mode, std::span<Provider* const> providers, const ClusterSpec& spec,
                Observed& found);

/// Why something that `op` depends on is unknown: "Kubernetes could not be observed: connection refused". Empty: all
/// is known.
std::string why_unknown(const Op& op, PlanMode mode, const ClusterSpec& spec, const Observed& found);

/// "Hyper-V", "Kubernetes": for people.
std::string display_name(System system);

}  // namespace tbx
