// Where the machines of a cluster can be asked, and how they are named there.
#pragma once

#include <string>
#include <vector>

#include "engine/observed.h"
#include "providers/tcp_probe.h"
#include "specs/cluster_spec.h"

namespace tbx {

inline constexpr int talos_port = 50000;

struct NodeReach {
  std::string node;
  bool is_control_plane = false;
  std::string host_address;  ///< from DHCP: what we dial
  std::string node_address;  ///< for life: what the nodes call it; empty with nodeSubnet: none
  bool was_booted = false;   ///< its disk holds an installed Talos, most likely with a config
  PortAnswer port = PortAnswer::silent;

  /// In -n, and in the `node` of answers.
  const std::string& own_name() const { return node_address.empty() ? host_address : node_address; }
};

/// Of one machine of ours that runs and has an address; empty without.
std::vector<NodeReach> reach_of(const ClusterSpec& spec, const Observed& found, const std::vector<std::string>& nodes);

/// Every node that is wanted, and every machine of ours; sorted.
std::vector<std::string> all_nodes(const ClusterSpec& spec, const Observed& found);

/// Those of them that are control planes by their name.
std::vector<std::string> control_planes_in(const ClusterSpec& spec, const std::vector<std::string>& nodes);

/// Asks all at once whether anything listens on the Talos port, for two seconds at most.
void probe(std::vector<NodeReach>& nodes);

}  // namespace tbx
