// What may not even be written into the file: nodes that no plan would ever delete.
#pragma once

#include <string>
#include <vector>

#include "engine/policy.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct RefusedRemoval {
  std::vector<std::string> nodes;  ///< those that the rule is about
  Refusal refusal;
  bool operator==(const RefusedRemoval&) const = default;
};

/// Why these nodes can't be taken out of the file, by rule; empty when they can. By the file alone: what else may be in
/// the way, such as etcd's quorum, is told by the plan. Pre: `nodes` are names of nodes of `spec`.
std::vector<RefusedRemoval> why_not_take_out(const ClusterSpec& spec, const std::vector<std::string>& nodes);

}  // namespace tbx
