// Nodes that take pods, releases that are ready, routes that answer.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/live_world.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/ip.h"

namespace tbx::sim {

namespace {

struct Count {
  int ready = 0;
  int wanted = 0;
};

Count count_daemons(const World& world, const SimCluster& cluster, const SimRelease& release,
                    const Workload& workload) {
  Count count;
  double now = world.clock.now_seconds;
  bool refused = daemons_refused(cluster, release);
  for (const auto& [name, node] : cluster.nodes) {
    ++count.wanted;
    bool runs = release.is_network
                    ? node.network_at > 0 && node.network_at <= now && node.lost_at == 0
                    : node.ready_since > 0 && node.lost_at == 0 && node.ready_since + daemon_after <= now;
    bool started = release.installed_at + workload.starts_in <= now || release.is_network;
    count.ready += runs && started && !refused ? 1 : 0;
  }
  return count;
}

bool pod_runs(const World& world, const SimCluster& cluster, const Workload& workload) {
  auto node = cluster.nodes.find(workload.node);
  return node != cluster.nodes.end() && node->second.ready_since > 0 && workload.ready_at > 0 &&
         workload.ready_at <= world.clock.now_seconds;
}

std::string why_no_pod(const World& world, const SimCluster& cluster, const SimRelease& release,
                       const Workload& workload) {
  std::string start = fmt::format("{} {}/{}: 0 of 1 ready", workload.kind, workload.namespace_name, workload.name);
  bool tolerates = release.is_network && workload.name.ends_with("-operator");
  bool any = std::ranges::any_of(cluster.nodes, [&](const auto& node) { return takes_pods(node.second, tolerates); });
  if (!any) {
    return start + ": no node takes its pod";
  }
  bool placed = cluster.nodes.contains(workload.node) && workload.ready_at > world.clock.now_seconds;
  return placed ? start : start + ": its pod waits for a node";
}

std::string why_not_open(const World& world, const SimCluster& cluster, const SimRelease& release,
                         const Workload& workload) {
  std::string name = fmt::format("{} {}/{}", workload.kind, workload.namespace_name, workload.name);
  if (workload.kind == "DaemonSet") {
    Count count = count_daemons(world, cluster, release, workload);
    std::string refused = daemons_refused(cluster, release) ? ": refused by Pod Security" : "";
    bool open = count.wanted > 0 && count.ready == count.wanted;
    return open ? "" : fmt::format("{}: {} of {} ready{}", name, count.ready, count.wanted, refused);
  }
  if (workload.kind == "Service") {
    std::string key = workload.namespace_name + "/" + workload.name;
    return cluster.facts.service_addresses.contains(key) || !release.needs_load_balancer ? "" : name + ": no address";
  }
  if (workload.kind == "APIService") {
    bool open = std::ranges::all_of(release.workloads, [&](const Workload& other) {
      return other.kind != "Deployment" || pod_runs(world, cluster, other);
    });
    return open ? "" : fmt::format("APIService {}: not available", workload.name);
  }
  return pod_runs(world, cluster, workload) ? "" : why_no_pod(world, cluster, release, workload);
}

/// The release whose service a route leads to: by its namespace, and its name in it.
const SimRelease* release_behind(const SimCluster& cluster, const SimRoute& route) {
  const SimRelease* any = nullptr;
  for (const auto& [name, release] : cluster.releases) {
    bool brings = std::ranges::any_of(release.workloads, [&](const Workload& workload) {
      return workload.namespace_name == route.service_namespace &&
             (workload.name == route.service || workload.name.ends_with(route.service));
    });
    if (brings) {
      return &release;
    }
    any = release.namespace_name == route.service_namespace ? &release : any;
  }
  return any;
}

/// What the ingress says once it is reached.
Probe behind_ingress(const World& world, const SimCluster& cluster, const std::string& host, bool by_ingress_itself) {
  if (by_ingress_itself) {
    return {true, "HTTP 200"};
  }
  auto route = cluster.routes.find(host);
  if (route == cluster.routes.end()) {
    return {false, "HTTP 404"};
  }
  const SimRelease* behind = release_behind(cluster, route->second);
  if (behind == nullptr) {
    return {false, "HTTP 503"};
  }
  bool serves = std::ranges::any_of(behind->workloads, [&](const Workload& workload) {
    bool is_it = workload.name.ends_with(route->second.service) || route->second.service.ends_with(workload.name);
    return is_it && workload.kind != "DaemonSet" && why_not_open(world, cluster, *behind, workload).empty();
  });
  if (serves || not_ready(world, cluster, *behind).empty()) {
    return {true, "HTTP 200"};
  }
  return {false, "HTTP 503"};
}

const SimRelease* ingress_release(const SimCluster& cluster) {
  for (const auto& [name, release] : cluster.releases) {
    if (release.is_ingress) {
      return &release;
    }
  }
  return nullptr;
}

/// Somebody on the switch says that the address is theirs.
bool is_announced(const World& world, const SimCluster& cluster, const std::string& address) {
  auto subnet = parse_ipv4_network(world.host.subnet);
  auto parsed = parse_ipv4_address(address);
  if (!subnet || !parsed || !contains(*subnet, *parsed)) {
    return false;
  }
  for (const auto& [name, release] : cluster.releases) {
    if (!release.is_load_balancer || daemons_refused(cluster, release)) {
      continue;
    }
    return std::ranges::any_of(cluster.nodes, [&](const auto& node) {
      return node.second.ready_since > 0 && node.second.lost_at == 0 &&
             node.second.ready_since + daemon_after <= world.clock.now_seconds;
    });
  }
  return false;
}

}  // namespace

bool takes_pods(const SimNode& node, bool tolerates_control_planes) {
  bool tainted = node.control_plane_taint || std::ranges::any_of(node.taints, [](const std::string& taint) {
                   return taint.ends_with(":NoSchedule") || taint.ends_with(":NoExecute");
                 });
  return node.ready_since > 0 && node.lost_at == 0 && !node.unschedulable && (!tainted || tolerates_control_planes);
}

bool node_has_network(const World& world, const SimNode& node) {
  return node.network_at > 0 && node.network_at <= world.clock.now_seconds;
}

bool is_deployed(const SimRelease& release) { return release.status == "deployed"; }

bool daemons_refused(const SimCluster& cluster, const SimRelease& release) {
  if (!release.needs_privileged || release.namespace_name == "kube-system") {
    return false;
  }
  auto place = cluster.namespaces.find(release.namespace_name);
  return place == cluster.namespaces.end() || !place->second.privileged;
}

std::vector<std::string> not_ready(const World& world, const SimCluster& cluster, const SimRelease& release) {
  std::vector<std::string> sentences;
  for (const Workload& workload : release.workloads) {
    std::string why = why_not_open(world, cluster, release, workload);
    if (!why.empty()) {
      sentences.push_back(std::move(why));
    }
  }
  return sentences;
}

bool controller_ready(const World& world, const SimCluster& cluster) {
  for (const auto& [name, release] : cluster.releases) {
    if (release.is_load_balancer) {
      return std::ranges::all_of(release.workloads, [&](const Workload& workload) {
        return workload.kind == "DaemonSet" || why_not_open(world, cluster, release, workload).empty();
      });
    }
  }
  return false;
}

std::string ingress_address(const SimCluster& cluster) {
  const SimRelease* ingress = ingress_release(cluster);
  if (ingress == nullptr) {
    return {};
  }
  for (const auto& [service, address] : cluster.facts.service_addresses) {
    if (service.starts_with(ingress->namespace_name + "/")) {
      return address;
    }
  }
  return {};
}

Probe probe_route(const World& world, const std::string& cluster_name, const std::string& host,
                  bool by_ingress_itself) {
  auto line = std::ranges::find_if(world.hosts_file, [&](const HostsLine& each) { return each.host == host; });
  if (line == world.hosts_file.end()) {
    return {false, "the name is not known"};
  }
  const SimCluster* cluster = cluster_named(world, cluster_name);
  if (cluster == nullptr || line->address != ingress_address(*cluster)) {
    return {false, fmt::format("{} does not answer", line->address)};
  }
  if (!is_announced(world, *cluster, line->address)) {
    return {false, fmt::format("{} timed out", line->address)};
  }
  const SimRelease* ingress = ingress_release(*cluster);
  if (ingress == nullptr || !not_ready(world, *cluster, *ingress).empty()) {
    return {false, fmt::format("{} refused the connection", line->address)};
  }
  return behind_ingress(world, *cluster, host, by_ingress_itself);
}

std::string cluster_of_node(const World& world, std::string_view node) {
  std::string key = marked_machine(world, "", node);
  if (!key.empty()) {
    return world.machines.at(key).mark.cluster;
  }
  std::string best;
  auto consider = [&](const std::string& cluster) {
    bool fits = !cluster.empty() && node.starts_with(cluster + "-");
    best = fits && cluster.size() > best.size() ? cluster : best;
  };
  for (const auto& [name, cluster] : world.clusters) {
    consider(name);
  }
  for (const auto& [other, machine] : world.machines) {
    consider(machine.mark.cluster);
  }
  return best;
}

}  // namespace tbx::sim
