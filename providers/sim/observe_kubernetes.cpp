// What the Kubernetes API and Helm report, where there is an API that answers.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/observe.h"
#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

KubernetesNode as_observed(const std::string& name, const SimNode& node) {
  return {name,
          node.uid,
          node.system_uuid,
          node.ready_since > 0,
          node.unschedulable,
          node.kubelet_version,
          node.internal_address,
          node.labels,
          node.taints};
}

/// Whether there is an API to ask; fills in presence and reason where there is not.
bool can_ask(const World& world, const ClusterSpec& spec, const Observed& found, Presence& presence,
             std::string& reason) {
  if (found.etcd.presence == Presence::absent) {
    presence = Presence::absent;
    reason = "etcd was never bootstrapped";
    return false;
  }
  presence = Presence::unknown;
  const SimCluster* cluster = cluster_named(world, spec.name);
  if (found.host.presence != Presence::present) {
    reason = fmt::format("where the control planes are can't be learned: {}", found.host.reason);
  } else if (cluster == nullptr || cluster->facts.incarnation == 0) {
    reason = found.etcd.reason.empty() ? "there is no Kubernetes API yet" : found.etcd.reason;
  } else if (found.credentials.cluster_id != cluster->facts.id) {
    reason = "the credentials in _out are not those of this cluster";
  } else if (!api_answers(world, spec.name)) {
    reason = fmt::format("the Kubernetes API does not answer: {}", why_no_api(world, spec.name));
  } else {
    presence = Presence::present;
    reason.clear();
    return true;
  }
  return false;
}

void look_at_nodes(const SimCluster& cluster, const Scope& scope, std::vector<KubernetesNode>& nodes) {
  if (scope.whole) {
    nodes.clear();
    for (const auto& [name, node] : cluster.nodes) {
      nodes.push_back(as_observed(name, node));
    }
    return;
  }
  for (const std::string& name : scope.nodes) {
    auto known = std::ranges::equal_range(nodes, name, {}, &KubernetesNode::name);
    auto place = nodes.erase(known.begin(), known.end());
    auto node = cluster.nodes.find(name);
    if (node != cluster.nodes.end()) {
      nodes.insert(place, as_observed(name, node->second));
    }
  }
}

Release as_observed(const World& world, const SimCluster& cluster, const std::string& name, const SimRelease& release,
                    bool with_live_objects) {
  Release seen;
  seen.name = name;
  seen.namespace_name = release.namespace_name;
  seen.status = release.status;
  seen.revision = release.revision;
  seen.chart = release.chart;
  seen.version = release.version;
  seen.values = release.values;
  seen.ours = !release.owner.empty() && release.owner == cluster.facts.id;
  seen.not_ready = not_ready(world, cluster, release);
  seen.ready = seen.not_ready.empty() && is_deployed(release) ? Presence::present : Presence::absent;
  if (with_live_objects) {
    seen.live_drift = release.live_drift;
  }
  return seen;
}

void look_at_release(const World& world, const SimCluster& cluster, const std::string& name, const Scope& scope,
                     HelmState& helm) {
  auto known = std::ranges::equal_range(helm.releases, name, {}, &Release::name);
  auto place = helm.releases.erase(known.begin(), known.end());
  auto release = cluster.releases.find(name);
  if (release != cluster.releases.end()) {
    helm.releases.insert(place, as_observed(world, cluster, name, release->second, scope.live_objects));
  }
}

}  // namespace

void observe_kubernetes(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found) {
  KubernetesState& kubernetes = found.kubernetes;
  Presence presence = Presence::unknown;
  std::string reason;
  if (!can_ask(world, spec, found, presence, reason)) {
    kubernetes = {};
    kubernetes.presence = presence;
    kubernetes.reason = reason;
    return;
  }
  const SimCluster& cluster = world.clusters.at(spec.name);
  kubernetes.presence = Presence::present;
  kubernetes.reason.clear();
  kubernetes.version = cluster.facts.kubernetes_version;
  look_at_nodes(cluster, scope, kubernetes.nodes);
  kubernetes.namespaces.clear();
  for (const auto& [name, state] : cluster.namespaces) {
    kubernetes.namespaces.push_back({name, state.privileged});
  }
  kubernetes.address_pool = cluster.facts.address_pool;
  kubernetes.ingress_address = ingress_address(cluster);
  kubernetes.routes.clear();
  for (const auto& [host, route] : cluster.routes) {
    kubernetes.routes.push_back({host, route.service_namespace, route.service, route.port, route.ours});
  }
}

void observe_helm(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found) {
  HelmState& helm = found.helm;
  Presence presence = Presence::unknown;
  std::string reason;
  if (!can_ask(world, spec, found, presence, reason)) {
    helm = {};
    helm.presence = presence;
    helm.reason = reason;
    return;
  }
  const SimCluster& cluster = world.clusters.at(spec.name);
  helm.presence = Presence::present;
  helm.reason.clear();
  if (scope.whole) {
    helm.releases.clear();
    for (const auto& [name, release] : cluster.releases) {
      helm.releases.push_back(as_observed(world, cluster, name, release, scope.live_objects));
    }
  }
  for (const std::string& name : scope.releases) {
    look_at_release(world, cluster, name, scope, helm);
  }
}

}  // namespace tbx::sim
