// Every safety rule. Asked when planning, and again on a fresh look just before an action starts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/judgement.h"
#include "engine/observed.h"
#include "engine/op.h"
#include "specs/cluster_spec.h"

namespace tbx {

enum class PlanMode { converge, destroy };

/// Whether a rule forbids `op`, given what is there now. Empty: it may run.
std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode);

/// Releases of Talos by node, with the leading v.
using TalosReleases = std::map<std::string, std::string>;

/// What a step of a plan will find otherwise than it is now, by the steps before it. Null: as it is now.
struct Foreseen {
  const EtcdState* etcd = nullptr;
  const TalosReleases* talos = nullptr;
};

/// The same for a step that is not the first of its plan.
std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode,
                              const Foreseen& foreseen);

/// The same, with what was checked on the way, for people.
Judgement judge(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode,
                const Foreseen& foreseen);

/// How a cluster goes on that has lost its quorum or its data: from a snapshot, or anew. `survivor`: a control plane
/// that still has etcd's data; empty: none has. Source: Talos docs, "Disaster Recovery".
std::string recovery_advice(const ClusterSpec& wanted, std::string_view survivor = {});

/// Charts that are a cluster's network; nodes are Ready only with one.
bool is_cni_chart(std::string_view chart);

}  // namespace tbx
