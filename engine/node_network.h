// The addresses that stay: which node has which, out of the node subnet; design, section 7.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/policy.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct NodeAddress {
  std::string address;  ///< empty with nodeSubnet: none, or when none is left
  std::string mac;      ///< static: from the mark, or made from cluster and node name
};

struct NodeNetwork {
  std::string subnet;  ///< CIDR; empty with nodeSubnet: none
  int prefix_length = 0;
  std::string vip;                           ///< the control-plane endpoint, the subnet's second address
  std::map<std::string, NodeAddress> nodes;  ///< one for each wanted node
  std::vector<Refusal> refusals;             ///< node-subnet, address-taken, addresses-exhausted
};

/// Nodes with a mark keep its address for life; a new one gets the lowest free of its kind: control planes from the
/// 11th of the subnet, workers from the 51st.
NodeNetwork lay_out_node_network(const ClusterSpec& wanted, const Observed& found);

/// Locally administered, the same for the same cluster and node.
std::string static_mac(const std::string& cluster, const std::string& node);

}  // namespace tbx
