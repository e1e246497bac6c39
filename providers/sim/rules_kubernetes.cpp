// What Kubernetes does by itself: Nodes that register and are lost, pods that are placed, addresses that are given.
#include <algorithm>
#include <optional>

#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/ip.h"

namespace tbx::sim {

namespace {

bool allows_pods(const Installed& installed) {
  auto place = installed.config.find("cluster.allowSchedulingOnControlPlanes");
  return !installed.control_plane || (place != installed.config.end() && place->second == "true");
}

/// The kubelet writes its Node, or takes over one of its name that is there.
void register_node(LiveWorld& live, const std::string& cluster, const std::string& key) {
  SimMachine& machine = change_machine(live, key);
  const SimDisk* disk = disk_in(live.world, machine);
  bool is_new = !live.world.clusters.at(cluster).nodes.contains(machine.name);
  std::string uid = is_new ? draw_guid(live) : "";
  SimNode& node = change_node(live, cluster, machine.name);
  node.uid = is_new ? uid : node.uid;
  node.system_uuid = machine.bios_guid;
  node.kubelet_version = disk->installed.kubernetes_version;
  node.internal_address = peer_address(machine);
  node.control_plane_taint = !allows_pods(disk->installed);
  machine.guest.registered = true;
}

void run_kubelet(LiveWorld& live, const std::string& cluster, const std::string& key) {
  const SimMachine& machine = live.world.machines.at(key);
  if (machine.guest.registered || !live.world.clusters.at(cluster).facts.api_answered) {
    return;
  }
  if (machine.guest.register_at == 0) {
    Guest& guest = change_machine(live, key).guest;
    guest.register_at = live.now() + jittered(live, registration_after);
    wake_at(live, guest.register_at, key);
  } else if (machine.guest.register_at <= live.now()) {
    register_node(live, cluster, key);
  }
}

/// The kubelet speaks: the Node is Ready as soon as its network's pod runs.
void node_speaks(LiveWorld& live, const std::string& cluster, const std::string& name, const std::string& machine) {
  const SimCluster& found = live.world.clusters.at(cluster);
  const SimNode& node = found.nodes.at(name);
  if (node.lost_at > 0) {
    change_node(live, cluster, name).lost_at = 0;
  }
  if (node.network_at == 0 && (found.facts.flannel || found.facts.network_installed)) {
    SimNode& changed = change_node(live, cluster, name);
    changed.network_at = live.now() + jittered(live, network_after);
    wake_at(live, changed.network_at, machine);
  }
  bool ready = node_has_network(live.world, node);
  if (ready != (node.ready_since > 0)) {
    change_node(live, cluster, name).ready_since = ready ? live.now() : 0;
    wake_at(live, live.now() + daemon_after, "");
  }
  const SimMachine& runs = live.world.machines.at(machine);
  if (node.internal_address != peer_address(runs) && !peer_address(runs).empty()) {
    change_node(live, cluster, name).internal_address = peer_address(runs);
  }
  const SimDisk* disk = disk_in(live.world, runs);
  if (disk != nullptr && node.control_plane_taint == allows_pods(disk->installed)) {
    change_node(live, cluster, name).control_plane_taint = !allows_pods(disk->installed);
  }
}

/// The kubelet is silent: after a while the Node counts as lost.
void node_is_silent(LiveWorld& live, const std::string& cluster, const std::string& name) {
  const SimNode& node = live.world.clusters.at(cluster).nodes.at(name);
  if (node.lost_at == 0) {
    SimNode& changed = change_node(live, cluster, name);
    changed.lost_at = live.now();
    changed.network_at = 0;
    wake_at(live, live.now() + node_lost_after, "");  // its machine may be gone by then
    wake_at(live, live.now() + eviction_after, "");
  }
  if (node.ready_since > 0 && live.now() >= node.lost_at + node_lost_after) {
    change_node(live, cluster, name).ready_since = 0;
  }
}

bool stays_where_it_is(const LiveWorld& live, const SimCluster& cluster, const Workload& workload) {
  auto node = cluster.nodes.find(workload.node);
  if (workload.node.empty() || node == cluster.nodes.end()) {
    return false;
  }
  return node->second.lost_at == 0 || live.now() < node->second.lost_at + eviction_after;
}

/// The node that takes this pod and has the fewest; empty: none.
std::string choose_node(const SimCluster& cluster, bool tolerates_control_planes) {
  std::map<std::string, int> pods;
  for (const auto& [name, release] : cluster.releases) {
    for (const Workload& workload : release.workloads) {
      ++pods[workload.node];
    }
  }
  std::string best;
  for (const auto& [name, node] : cluster.nodes) {
    if (takes_pods(node, tolerates_control_planes) && (best.empty() || pods[name] < pods[best])) {
      best = name;
    }
  }
  return best;
}

void place_pods(LiveWorld& live, const std::string& cluster, const std::string& release_name) {
  const SimCluster& found = live.world.clusters.at(cluster);
  const SimRelease& release = found.releases.at(release_name);
  for (std::size_t i = 0; i < release.workloads.size(); ++i) {
    const Workload& workload = release.workloads[i];
    bool is_pod = workload.kind == "Deployment" || workload.kind == "StatefulSet";
    if (!is_pod || stays_where_it_is(live, found, workload)) {
      continue;
    }
    std::string node = choose_node(found, release.is_network && workload.name.ends_with("-operator"));
    if (node.empty() && workload.node.empty()) {
      continue;
    }
    Workload& changed = change_release(live, cluster, release_name).workloads[i];
    changed.node = node;
    changed.ready_at = node.empty() ? 0 : live.now() + changed.starts_in;
    if (!node.empty()) {
      wake_at(live, changed.ready_at, "");
    }
  }
}

std::optional<std::string> free_address(const ClusterFacts& facts) {
  auto pool = parse_ipv4_range(facts.address_pool);
  if (!pool) {
    return std::nullopt;
  }
  for (std::uint32_t value = pool->first.value; value <= pool->last.value; ++value) {
    std::string address = format_address(Ipv4Address{value});
    bool taken = std::ranges::any_of(facts.service_addresses, [&](const auto& each) { return each.second == address; });
    if (!taken) {
      return address;
    }
  }
  return std::nullopt;
}

void give_address(LiveWorld& live, const std::string& cluster, const std::string& service) {
  const ClusterFacts& facts = live.world.clusters.at(cluster).facts;
  auto has = facts.service_addresses.find(service);
  auto pool = parse_ipv4_range(facts.address_pool);
  auto address = has == facts.service_addresses.end() ? std::nullopt : parse_ipv4_address(has->second);
  if (!pool || (address && contains(*pool, *address))) {
    return;
  }
  if (auto free = free_address(facts)) {
    facts_of(live, cluster).service_addresses[service] = *free;
  }
}

void give_addresses(LiveWorld& live, const std::string& cluster) {
  const SimCluster& found = live.world.clusters.at(cluster);
  if (!controller_ready(live.world, found)) {
    return;
  }
  for (const auto& [name, release] : found.releases) {
    for (const Workload& workload : release.workloads) {
      if (release.needs_load_balancer && workload.kind == "Service") {
        give_address(live, cluster, workload.namespace_name + "/" + workload.name);
      }
    }
  }
}

bool network_is_installed(const SimCluster& cluster) {
  return std::ranges::any_of(cluster.releases,
                             [](const auto& each) { return each.second.is_network && is_deployed(each.second); });
}

}  // namespace

void settle_node(LiveWorld& live, const std::string& cluster, const std::string& name) {
  auto place = live.world.clusters.find(cluster);
  if (place == live.world.clusters.end() || place->second.facts.incarnation == 0) {
    return;
  }
  std::string machine = marked_machine(live.world, cluster, name);
  bool up = is_up(live.world, cluster, name);
  if (up) {
    run_kubelet(live, cluster, machine);
  }
  auto node = place->second.nodes.find(name);
  if (node == place->second.nodes.end() || !place->second.facts.api_answered) {
    return;
  }
  bool was_ready = node->second.ready_since > 0 && node->second.lost_at == 0;
  if (up && live.world.machines.at(machine).guest.registered) {
    node_speaks(live, cluster, name, machine);
  } else {
    node_is_silent(live, cluster, name);
  }
  if (was_ready != (node->second.ready_since > 0 && node->second.lost_at == 0)) {
    settle_workloads(live, cluster);
  }
}

void settle_workloads(LiveWorld& live, const std::string& cluster) {
  const SimCluster& found = live.world.clusters.at(cluster);
  if (!found.facts.api_answered) {
    return;
  }
  for (const auto& [name, release] : found.releases) {
    place_pods(live, cluster, name);
  }
  give_addresses(live, cluster);
}

void settle_all_nodes(LiveWorld& live, const std::string& cluster) {
  std::vector<std::string> machines;
  for (const auto& [key, machine] : live.world.machines) {
    if (machine.mark.cluster == cluster) {
      machines.push_back(machine.name);
    }
  }
  for (const auto& [name, node] : live.world.clusters.at(cluster).nodes) {
    machines.push_back(name);
  }
  std::ranges::sort(machines);
  machines.erase(std::ranges::unique(machines).begin(), machines.end());
  for (const std::string& name : machines) {
    settle_node(live, cluster, name);
  }
}

/// Those whose machine is gone have nobody else to wake them.
void settle_lost_nodes(LiveWorld& live, const std::string& cluster) {
  std::vector<std::string> lost;
  for (const auto& [name, node] : live.world.clusters.at(cluster).nodes) {
    if (node.lost_at > 0 && node.ready_since > 0 && live.now() >= node.lost_at + node_lost_after) {
      lost.push_back(name);
    }
  }
  for (const std::string& name : lost) {
    settle_node(live, cluster, name);
  }
}

void settle_cluster(LiveWorld& live, const std::string& cluster) {
  settle_etcd(live, cluster);
  const SimCluster& found = live.world.clusters.at(cluster);
  bool answers = api_answers(live.world, cluster);
  bool network = network_is_installed(found);
  if (answers != found.facts.api_answered || network != found.facts.network_installed) {
    ClusterFacts& facts = facts_of(live, cluster);
    facts.api_answered = answers;
    facts.network_installed = network;
    settle_all_nodes(live, cluster);
  }
  settle_lost_nodes(live, cluster);
  settle_workloads(live, cluster);
}

void settle_after_loss(LiveWorld& live, const std::string& cluster, const std::string& node) {
  if (live.world.clusters.contains(cluster)) {
    settle_cluster(live, cluster);
    settle_node(live, cluster, node);
  }
}

void evict_pods(LiveWorld& live, const std::string& cluster, const std::string& node) {
  for (const auto& [name, release] : live.world.clusters.at(cluster).releases) {
    for (std::size_t i = 0; i < release.workloads.size(); ++i) {
      if (release.workloads[i].node == node) {
        change_release(live, cluster, name).workloads[i].node.clear();
      }
    }
  }
  settle_workloads(live, cluster);
}

}  // namespace tbx::sim
