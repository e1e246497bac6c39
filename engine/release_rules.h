// Which releases of Talos and Kubernetes may come together. Asked by policy.cpp.
#pragma once

#include <optional>

#include "engine/membership_rules.h"
#include "engine/op.h"

namespace tbx {

/// version-skew, downgrade: a new node, and a release that does not fit what runs. Neither can go back then.
std::optional<Refusal> why_release_does_not_fit(const Membership& asked, const ApplyConfig& op);

/// version-skew, one-disruption: what the nodes run must take it, and all of them must run: it can't be taken back, and
/// stops in the middle at one that does not answer. `by_then`: what the steps before it leave; null: it starts now.
std::optional<Refusal> why_not_upgrade_kubernetes(const Membership& asked, const UpgradeKubernetes& op,
                                                  const TalosReleases* by_then);

}  // namespace tbx
