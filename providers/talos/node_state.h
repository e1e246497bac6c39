// Whether a machine waits for its config, runs with one, or does not answer: Talos has no single question for it.
#pragma once

#include <optional>
#include <string>

#include "providers/command_output.h"
#include "providers/tcp_probe.h"

namespace tbx {

/// What was asked so far. A probe that was not made, or was killed, is empty.
struct NodeProbes {
  PortAnswer port = PortAnswer::silent;        ///< 50000
  std::optional<CommandOutput> insecure;       ///< get machinestatus --insecure -o json
  std::optional<CommandOutput> authenticated;  ///< get machinestatus -o json, with our talosconfig
};

enum class NodeStateKind { unreachable, maintenance, configured, foreign, unknown };

struct NodeState {
  NodeStateKind kind = NodeStateKind::unknown;
  std::string reason;  ///< for unreachable, foreign and unknown
  bool operator==(const NodeState&) const = default;
};

/// Foreign: configured, and by another cluster (or our talosconfig is not this cluster's).
NodeState judge_node_state(const NodeProbes& probes);

}  // namespace tbx
