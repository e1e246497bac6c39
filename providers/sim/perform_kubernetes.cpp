// Kubernetes: everything goes through an API that has to answer.
#include <algorithm>

#include <fmt/format.h>

#include "engine/address_pool.h"
#include "providers/sim/observe.h"
#include "providers/sim/perform.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/versions.h"

namespace tbx::sim {

namespace {

tl::unexpected<Error> no_node(const std::string& name) {
  return failure(ErrorKind::rejected, fmt::format("there is no Node {}", name),
                 fmt::format("Error from server (NotFound): nodes \"{}\" not found", name));
}

/// The Node to change; an error without the API or the Node.
Result<SimNode*> node_to_change(LiveWorld& live, const std::string& name, const Setting& setting) {
  if (Status api = api_must_answer(live.world, setting.spec.name); !api) {
    return tl::unexpected(api.error());
  }
  if (!live.world.clusters.at(setting.spec.name).nodes.contains(name)) {
    return no_node(name);
  }
  return &change_node(live, setting.spec.name, name);
}

void run_kubernetes(LiveWorld& live, const std::string& cluster, const std::string& version) {
  facts_of(live, cluster).kubernetes_version = version;
  std::vector<std::string> names;
  for (const auto& [name, node] : live.world.clusters.at(cluster).nodes) {
    names.push_back(name);
  }
  for (const std::string& name : names) {
    run_kubelet_of(live, cluster, name, version);
  }
}

}  // namespace

void run_kubelet_of(LiveWorld& live, const std::string& cluster, const std::string& node, const std::string& version) {
  change_node(live, cluster, node).kubelet_version = version;
  change_disk(live, live.world.machines.at(marked_machine(live.world, cluster, node)).disk)
      .installed.kubernetes_version = version;
}

Status api_must_answer(const World& world, const std::string& cluster) {
  if (api_answers(world, cluster)) {
    return {};
  }
  std::string why = cluster_named(world, cluster) == nullptr ? "it was never bootstrapped" : why_no_api(world, cluster);
  return failure(ErrorKind::unreachable, fmt::format("the Kubernetes API of {} does not answer: {}", cluster, why),
                 "The connection to the server was refused - did you specify the right host or port?");
}

/// The control plane's pods, then every kubelet. It needs all nodes, and goes up by one minor release at most.
Status effect(LiveWorld& live, const UpgradeKubernetes& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  auto from = parse_version(live.world.clusters.at(cluster).facts.kubernetes_version);
  auto to = parse_version(op.version);
  if (!from || !to || to->minor < from->minor || to->minor > from->minor + 1) {
    return failure(ErrorKind::rejected, fmt::format("Kubernetes can't be upgraded to {} in one step", op.version),
                   fmt::format("unsupported upgrade path {} -> {}",
                               live.world.clusters.at(cluster).facts.kubernetes_version, op.version));
  }
  for (const auto& [name, node] : live.world.clusters.at(cluster).nodes) {
    const SimDisk* disk = node_disk(live.world, cluster, name);
    if (disk == nullptr || !is_up(live.world, cluster, name)) {
      return failure(ErrorKind::unreachable, fmt::format("{} does not answer: every node is upgraded", name));
    }
    if (!takes_kubernetes(disk->installed.version, op.version)) {
      return failure(ErrorKind::rejected, fmt::format("Talos {} on {} does not take Kubernetes {}",
                                                      disk->installed.version, name, op.version));
    }
  }
  run_kubernetes(live, cluster, op.version);
  return {};
}

Status effect(LiveWorld& live, const ApplyNamespace& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  auto& namespaces = live.world.clusters.at(cluster).namespaces;
  auto place = namespaces.find(op.target);
  if (place != namespaces.end() && place->second.privileged == op.privileged) {
    return {};
  }
  touch(live, EntityKind::kube_namespace, op.target, cluster);
  namespaces[op.target].privileged = op.privileged;
  settle_workloads(live, cluster);
  return {};
}

Status effect(LiveWorld& live, const LabelNode& op, const Setting& setting) {
  return node_to_change(live, op.target, setting).map([&](SimNode* node) {
    node->labels = op.labels;
    node->taints = op.taints;
    std::ranges::sort(node->taints);
    settle_workloads(live, setting.spec.name);
  });
}

Status effect(LiveWorld& live, const DrainNode& op, const Setting& setting) {
  return node_to_change(live, op.target, setting).map([&](SimNode* node) {
    node->unschedulable = true;
    evict_pods(live, setting.spec.name, op.target);
  });
}

Status effect(LiveWorld& live, const UncordonNode& op, const Setting& setting) {
  return node_to_change(live, op.target, setting).map([&](SimNode* node) {
    node->unschedulable = false;
    settle_workloads(live, setting.spec.name);
  });
}

Status effect(LiveWorld& live, const DeleteNode& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  auto& nodes = live.world.clusters.at(cluster).nodes;
  auto place = nodes.find(op.target);
  if (place == nodes.end()) {
    return {};
  }
  if (!op.system_uuid.empty() && place->second.system_uuid != op.system_uuid) {
    return failure(ErrorKind::rejected,
                   fmt::format("the Node {} is another machine than the one to delete", op.target));
  }
  touch(live, EntityKind::node, op.target, cluster);
  nodes.erase(place);
  evict_pods(live, cluster, op.target);
  return {};
}

Status effect(LiveWorld& live, const ApplyAddressPool& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  if (!controller_ready(live.world, live.world.clusters.at(cluster))) {
    return failure(ErrorKind::busy, "the address pool is not accepted yet: the webhook of MetalLB does not answer",
                   "Error from server (InternalError): error when creating \"STDIN\": Internal error occurred: failed "
                   "calling webhook \"ipaddresspoolvalidationwebhook.metallb.io\": connect: connection refused");
  }
  std::string range = op.range;
  if (range.empty()) {
    Observed whole;
    observe_host(live.world, setting.spec, Scope{}, whole);
    range = choose_address_pool(whole);
  }
  if (range.empty()) {
    return failure(ErrorKind::rejected, fmt::format("no free addresses are left in {}", live.world.host.subnet));
  }
  ClusterFacts& facts = facts_of(live, cluster);
  facts.address_pool = range;
  facts.pool_addon = op.target;
  settle_workloads(live, cluster);
  return {};
}

Status effect(LiveWorld& live, const ApplyRoute& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  SimCluster& found = live.world.clusters.at(cluster);
  bool has_ingress = std::ranges::any_of(found.releases, [](const auto& each) { return each.second.is_ingress; });
  if (!has_ingress) {
    return failure(ErrorKind::rejected, fmt::format("the route {} is not accepted: there is no ingress", op.target),
                   "error: resource mapping not found: no matches for kind \"IngressRoute\" in version "
                   "\"traefik.io/v1alpha1\"");
  }
  touch(live, EntityKind::route, op.target, cluster);
  found.routes[op.target] = {op.service_namespace, op.service, op.port, true};
  return {};
}

Status effect(LiveWorld& live, const DeleteRoute& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  touch(live, EntityKind::route, op.target, cluster);
  live.world.clusters.at(cluster).routes.erase(op.target);
  return {};
}

Status effect(LiveWorld& live, const ApplyCustomResourceDefinitions& op, const Setting& setting) {
  if (Status api = api_must_answer(live.world, setting.spec.name); !api) {
    return api;
  }
  auto& definitions = facts_of(live, setting.spec.name).custom_resource_definitions;
  if (!std::ranges::binary_search(definitions, op.target)) {
    definitions.push_back(op.target);
    std::ranges::sort(definitions);
  }
  return {};
}

}  // namespace tbx::sim
