// Every safety rule. Asked when planning, and again on a fresh look just before an action starts.
#pragma once

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

/// The same for a step of a plan that changes etcd's membership several times: `etcd` is how it will be then.
std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode,
                              const EtcdState& etcd);

/// The same, with what was checked on the way, for people.
Judgement judge(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode, const EtcdState& etcd);

/// How a cluster goes on that has lost its quorum or its data: from a snapshot, or anew. `survivor`: a control plane
/// that still has etcd's data; empty: none has. Source: Talos docs, "Disaster Recovery".
std::string recovery_advice(const ClusterSpec& wanted, std::string_view survivor = {});

/// Charts that are a cluster's network; nodes are Ready only with one.
bool is_cni_chart(std::string_view chart);

}  // namespace tbx
