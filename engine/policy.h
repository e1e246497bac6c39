// Every safety rule. Asked when planning, and again on a fresh look just before an action starts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/observed.h"
#include "engine/op.h"
#include "specs/cluster_spec.h"

namespace tbx {

enum class PlanMode { converge, destroy };

struct Refusal {
  std::string rule;    ///< design, section 6: "etcd-quorum", "identity", …
  std::string reason;  ///< the facts, and what to do
  bool operator==(const Refusal&) const = default;
};

/// Whether a rule forbids `op`, given what is there now. Empty: it may run.
std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode);

/// Charts that are a cluster's network; nodes are Ready only with one.
bool is_cni_chart(std::string_view chart);

}  // namespace tbx
