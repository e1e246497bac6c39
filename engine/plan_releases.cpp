// Which releases run, the way to the wanted ones, and what a new node installs meanwhile.
#include <algorithm>

#include "engine/planning.h"
#include "specs/versions.h"

namespace tbx {

namespace {

/// Of the wanted nodes that run; empty: none does.
std::vector<std::string> running_talos(const Planning& planning) {
  std::vector<std::string> versions;
  for (const NodePlan& node : planning.nodes) {
    if (runs(node)) {
      versions.push_back(node.talos->version);
    }
  }
  return versions;
}

/// The oldest decides which hops there are; the newest, where some are newer than the file says and go back.
std::string talos_to_start_from(const Planning& planning, const std::vector<std::string>& versions) {
  std::string oldest = *std::ranges::min_element(versions, is_older);
  return oldest == planning.wanted.talos_version ? *std::ranges::max_element(versions, is_older) : oldest;
}

/// What the API says; the lowest kubelet where an upgrade was cut off half-way, so that it is made again.
std::string running_kubernetes(const Planning& planning) {
  std::string running = planning.found.kubernetes.version;
  for (const NodePlan& node : planning.nodes) {
    const KubernetesNode* kubelet = node.kubernetes;
    bool counts = kubelet != nullptr && runs(node) && parse_version(kubelet->kubelet_version);
    if (counts && parse_version(running) && is_older(kubelet->kubelet_version, running)) {
      running = kubelet->kubelet_version;
    }
  }
  return running;
}

/// A release that takes what the cluster runs now, and reads what its etcd writes.
std::string talos_for_new_nodes(const Planning& planning, const std::vector<std::string>& versions) {
  const ReleaseWay& way = planning.releases;
  const std::string& wanted = planning.wanted.talos_version;
  if (versions.empty()) {
    return wanted;
  }
  bool fits = way.running.kubernetes.empty() || takes_kubernetes(wanted, way.running.kubernetes);
  return !way.refusal && fits ? wanted : *std::ranges::max_element(versions, is_older);
}

}  // namespace

bool runs(const NodePlan& node) {
  return node.boot != Boot::blank && !node.is_replaced && node.disk != nullptr && node.talos != nullptr &&
         node.talos->presence == Presence::present && parse_version(node.talos->version) &&
         node.talos->stage != TalosStage::maintenance;
}

bool answers(const NodePlan& node) {
  return node.talos != nullptr && node.talos->presence == Presence::present &&
         node.talos->stage != TalosStage::unreachable;
}

bool has_config(const NodePlan& node) {
  return node.boot != Boot::blank && node.disk != nullptr && answers(node) &&
         node.talos->stage != TalosStage::maintenance;
}

void choose_releases(Planning& planning) {
  ReleaseWay& way = planning.releases;
  std::vector<std::string> versions = running_talos(planning);
  way.running.kubernetes = running_kubernetes(planning);
  if (!versions.empty()) {
    way.running.talos = talos_to_start_from(planning, versions);
    // Without a version in the file Kubernetes stays, and a kubelet that was left behind catches up.
    const std::string& asked = planning.wanted.kubernetes_version;
    auto path = upgrade_path(
        way.running, {planning.wanted.talos_version, asked.empty() ? planning.found.kubernetes.version : asked});
    if (path) {
      way.hops = std::move(*path);
    } else {
      way.refusal = path.error();
    }
  }
  way.for_new_nodes = talos_for_new_nodes(planning, versions);
}

}  // namespace tbx
