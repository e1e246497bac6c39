// The first question of a look: what each machine is doing, and by which way it can be asked more.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "providers/talos/node_reach.h"
#include "providers/talos/node_state.h"
#include "providers/talos/parse_resources.h"
#include "providers/talos/talosctl.h"

namespace tbx {

/// What became of asking one machine for its status.
struct NodeAnswer {
  NodeReach reach;
  NodeState state;
  std::vector<TalosResource> resources;  ///< its machine status; in maintenance its system information, too
  TalosTarget target;                    ///< where it answered: through a control plane, or by itself
};

/// Pre: their ports were asked. Asks those whose port is open: all that were booted before in one call through a
/// control plane, then each that did not answer so by itself, in at most two calls. One call that takes too long is the
/// last for that machine.
std::vector<NodeAnswer> ask_nodes(Talosctl& talosctl, std::vector<NodeReach> nodes, const std::stop_token& stop = {});

}  // namespace tbx
