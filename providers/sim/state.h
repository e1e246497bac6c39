// Questions about a simulated world as it is now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/sim/world.h"

namespace tbx::sim {

/// The machine of a node of this cluster; null when it has none.
const SimMachine* node_machine(const World& world, const std::string& cluster, std::string_view node);
/// The disk that holds what this node installed, its machine on or off; null when there is none.
const SimDisk* node_disk(const World& world, const std::string& cluster, std::string_view node);
/// Talos' services run on it.
bool is_up(const World& world, const std::string& cluster, std::string_view node);
/// The address by which other nodes know it: the node address, else the lease.
std::string peer_address(const SimMachine& machine);

// etcd
struct Voters {
  int all = 0;
  int healthy = 0;
};
/// Its machine is up and its data is there: it answers for itself.
bool etcd_runs(const World& world, const std::string& cluster, const std::string& member_id);
/// It runs, and the others know its address.
bool member_lives(const World& world, const std::string& cluster, const std::string& member_id);
Voters voters_of(const World& world, const std::string& cluster, int incarnation);
bool has_quorum(const World& world, const std::string& cluster, int incarnation);
/// Quorum of the incarnation that serves the API.
bool has_quorum(const World& world, const std::string& cluster);
/// The member that leads: the one it was handed over to, else the first that lives. Empty without a quorum.
std::string leader_of(const World& world, const std::string& cluster);
/// The member of this node; empty: none.
std::string member_of_node(const SimCluster& cluster, std::string_view node);
/// "etcd is preparing (1 of 3 members healthy)"
std::string etcd_sentence(const World& world, const std::string& cluster);

// Kubernetes
bool api_answers(const World& world, const std::string& cluster);
/// Why the API does not answer, naming machines; empty when it does.
std::string why_no_api(const World& world, const std::string& cluster);
bool takes_pods(const SimNode& node, bool tolerates_control_planes);
bool node_has_network(const World& world, const SimNode& node);

// Releases
bool is_deployed(const SimRelease& release);
bool daemons_refused(const SimCluster& cluster, const SimRelease& release);
/// One sentence for each gate that is not open.
std::vector<std::string> not_ready(const World& world, const SimCluster& cluster, const SimRelease& release);
bool controller_ready(const World& world, const SimCluster& cluster);  ///< of the load balancer
/// The ingress addon's address; empty: none.
std::string ingress_address(const SimCluster& cluster);

struct Probe {
  bool answers = false;
  std::string detail;
};
Probe probe_route(const World& world, const std::string& cluster, const std::string& host, bool by_ingress_itself);

/// The cluster that a node's name belongs to, by marks and known clusters; empty: none.
std::string cluster_of_node(const World& world, std::string_view node);

}  // namespace tbx::sim
