// How the simulated systems behave by themselves: what happens as time passes, and what follows from what.
#pragma once

#include <string>
#include <vector>

#include "providers/sim/live_world.h"
#include "specs/ip.h"

namespace tbx::sim {

// Seconds, before the seed makes them differ a little.
inline constexpr double lease_after = 20;    ///< from power-on to an address
inline constexpr double install_takes = 35;  ///< from apply-config to the restart
inline constexpr double restart_takes = 12;
inline constexpr double services_after = 15;     ///< from the address to Talos' services
inline constexpr double etcd_starts_after = 8;   ///< from bootstrap or joining to a member that runs
inline constexpr double api_after = 40;          ///< from etcd to the Kubernetes API
inline constexpr double join_after = 6;          ///< until a new control plane asks to join etcd
inline constexpr double promotion_after = 18;    ///< from learner to voter
inline constexpr double registration_after = 8;  ///< from the API to the Node
inline constexpr double network_after = 18;      ///< until the network's pod runs on a node
inline constexpr double daemon_after = 6;        ///< until other DaemonSets' pods run on a Ready node
inline constexpr double node_lost_after = 40;    ///< until a silent kubelet's Node is NotReady
inline constexpr double eviction_after = 300;    ///< until pods of a lost node are started elsewhere

/// Moves on to `to_seconds`, with everything that happens until then. A verb whose time has come is run by `run_verb`.
using RunVerb = void (*)(LiveWorld& live, const std::vector<std::string>& words);
void advance(LiveWorld& live, double to_seconds, RunVerb run_verb);
/// When the next thing happens; infinity: never.
double next_happening(const LiveWorld& live);

// What happens to a machine from outside; consequences follow at once or with time.
void power_on(LiveWorld& live, const std::string& machine);
void power_off(LiveWorld& live, const std::string& machine);
void reboot(LiveWorld& live, const std::string& machine);
/// The host gets another subnet, as after a restart: every running machine has a new address.
void move_subnet(LiveWorld& live);
/// Pre: at least 32 addresses.
void move_to_subnet(LiveWorld& live, const Ipv4Network& subnet);
/// The lease of a machine that asks for one now.
std::string lease_address(LiveWorld& live, const SimMachine& machine);

/// Looks at one machine's guest again, and at its Node.
void settle_machine(LiveWorld& live, const std::string& machine);
/// Looks at etcd, the API, pods and addresses of a cluster again.
void settle_cluster(LiveWorld& live, const std::string& cluster);
void settle_all_nodes(LiveWorld& live, const std::string& cluster);
void settle_node(LiveWorld& live, const std::string& cluster, const std::string& node);
void settle_etcd(LiveWorld& live, const std::string& cluster);
void settle_workloads(LiveWorld& live, const std::string& cluster);

/// A machine or its disk is gone: etcd, the Node and the pods notice. Pre: its mark's cluster and node.
void settle_after_loss(LiveWorld& live, const std::string& cluster, const std::string& node);
/// Pods of the node are started elsewhere.
void evict_pods(LiveWorld& live, const std::string& cluster, const std::string& node);

/// A new etcd cluster of one member on this machine. Pre: it is up and its disk has no etcd data.
void begin_etcd(LiveWorld& live, const std::string& machine);
/// A release with its workloads, addresses and (MetalLB's) pool. Pre: it is there.
void erase_release(LiveWorld& live, const std::string& cluster, const std::string& release);
/// Everything that this cluster had is forgotten.
void forget_cluster(LiveWorld& live, const std::string& cluster);

}  // namespace tbx::sim
