// Helm, with its states; and the user's own machine: hosts file and credentials.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/perform.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

double seconds_to_start(LiveWorld& live, const std::string& kind) {
  if (kind == "StatefulSet") {
    return jittered(live, 45);
  }
  return kind == "Deployment" ? jittered(live, 25) : kind == "DaemonSet" ? jittered(live, 12) : 0;
}

std::string name_of_chart(const std::string& chart) { return chart.substr(chart.find_last_of("/\\") + 1); }

std::vector<Workload> workloads_of(LiveWorld& live, const AddonSpec& addon) {
  std::vector<Workload> workloads;
  for (const ReadyGate& gate : addon.ready) {
    workloads.push_back({gate.kind, gate.namespace_name, gate.name, seconds_to_start(live, gate.kind), 0, ""});
  }
  return workloads;
}

/// What an upgrade leaves of the old workloads: a pod that stays where it is restarts quickly.
void keep_places(LiveWorld& live, const SimRelease& before, SimRelease& after) {
  for (Workload& workload : after.workloads) {
    auto old = std::ranges::find_if(before.workloads, [&](const Workload& other) {
      return other.kind == workload.kind && other.name == workload.name &&
             other.namespace_name == workload.namespace_name;
    });
    if (old != before.workloads.end() && !old->node.empty()) {
      workload.node = old->node;
      workload.ready_at = live.now() + workload.starts_in / 2;
      wake_at(live, workload.ready_at);
    }
  }
}

SimRelease made_from(LiveWorld& live, const AddonSpec& addon, const Setting& setting) {
  auto key = setting.credentials.fingerprint_key();
  SimRelease release;
  release.namespace_name = addon.namespace_name;
  release.status = "deployed";
  release.chart = name_of_chart(addon.chart);
  release.version = addon.version;
  release.values = mask_secrets(addon.values, key ? &*key : nullptr);
  release.owner = known_cluster_id(setting);
  release.installed_at = live.now();
  release.needs_privileged = addon.namespace_privileged;
  release.is_network = addon.is_cni;
  release.is_load_balancer = addon.is_load_balancer;
  release.is_ingress = addon.is_ingress;
  release.needs_load_balancer = addon.needs_load_balancer;
  release.workloads = workloads_of(live, addon);
  return release;
}

void store(LiveWorld& live, const std::string& name, SimRelease release, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (!live.world.clusters.at(cluster).namespaces.contains(release.namespace_name)) {
    touch(live, EntityKind::kube_namespace, release.namespace_name, cluster);
    live.world.clusters.at(cluster).namespaces[release.namespace_name] = {};
  }
  for (const Workload& workload : release.workloads) {
    wake_at(live, live.now() + workload.starts_in + 0.01);
  }
  change_release(live, cluster, name) = std::move(release);
  settle_cluster(live, cluster);
}

struct HelmCall {
  const AddonSpec* addon = nullptr;
  const SimRelease* existing = nullptr;
};

/// What every helm command checks first.
Result<HelmCall> begin(const World& world, const std::string& name, const Setting& setting) {
  auto addon = std::ranges::find(setting.spec.addons, name, &AddonSpec::name);
  if (addon == setting.spec.addons.end()) {
    return failure(ErrorKind::rejected, fmt::format("the file has no addon {}", name));
  }
  if (Status api = api_must_answer(world, setting.spec.name); !api) {
    return tl::unexpected(api.error());
  }
  const auto& releases = world.clusters.at(setting.spec.name).releases;
  auto place = releases.find(name);
  HelmCall call{&*addon, place == releases.end() ? nullptr : &place->second};
  if (call.existing != nullptr && call.existing->status.starts_with("pending-")) {
    return failure(ErrorKind::rejected, fmt::format("release {} is locked: it is {}", name, call.existing->status),
                   "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress");
  }
  return call;
}

bool is_as(const SimRelease& existing, const SimRelease& wanted) {
  return existing.status == wanted.status && existing.version == wanted.version && existing.values == wanted.values &&
         existing.chart == wanted.chart && existing.live_drift.empty();
}

}  // namespace

void erase_release(LiveWorld& live, const std::string& cluster, const std::string& name) {
  SimCluster& found = live.world.clusters.at(cluster);
  const SimRelease release = found.releases.at(name);
  touch(live, EntityKind::release, name, cluster);
  found.releases.erase(name);
  ClusterFacts& facts = facts_of(live, cluster);
  for (const Workload& workload : release.workloads) {
    facts.service_addresses.erase(workload.namespace_name + "/" + workload.name);
  }
  if (release.is_load_balancer) {
    facts.address_pool.clear();
  }
  settle_cluster(live, cluster);
}

Status effect(LiveWorld& live, const InstallRelease& op, const Setting& setting) {
  auto call = begin(live.world, op.target, setting);
  if (!call) {
    return tl::unexpected(call.error());
  }
  SimRelease wanted = made_from(live, *call->addon, setting);
  if (call->existing != nullptr) {
    if (is_as(*call->existing, wanted)) {
      return {};
    }
    return failure(ErrorKind::rejected, fmt::format("release {} exists already", op.target),
                   "Error: INSTALLATION FAILED: cannot reuse a name that is still in use");
  }
  store(live, op.target, std::move(wanted), setting);
  return {};
}

Status effect(LiveWorld& live, const UpgradeRelease& op, const Setting& setting) {
  auto call = begin(live.world, op.target, setting);
  if (!call) {
    return tl::unexpected(call.error());
  }
  if (call->existing == nullptr) {
    return failure(ErrorKind::rejected, fmt::format("release {} is absent", op.target),
                   fmt::format("Error: UPGRADE FAILED: \"{}\" has no deployed releases", op.target));
  }
  SimRelease wanted = made_from(live, *call->addon, setting);
  if (is_as(*call->existing, wanted)) {
    return {};
  }
  wanted.revision = call->existing->revision + 1;
  keep_places(live, *call->existing, wanted);
  store(live, op.target, std::move(wanted), setting);
  return {};
}

Status effect(LiveWorld& live, const UnlockRelease& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  auto& releases = live.world.clusters.at(cluster).releases;
  auto place = releases.find(op.target);
  if (place == releases.end() || is_deployed(place->second)) {
    return {};
  }
  if (place->second.status == "pending-install" || place->second.status == "uninstalling") {
    erase_release(live, cluster, op.target);
    return {};
  }
  SimRelease& release = change_release(live, cluster, op.target);
  release.status = "deployed";
  ++release.revision;
  settle_cluster(live, cluster);
  return {};
}

Status effect(LiveWorld& live, const UninstallRelease& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (Status api = api_must_answer(live.world, cluster); !api) {
    return api;
  }
  if (live.world.clusters.at(cluster).releases.contains(op.target)) {
    erase_release(live, cluster, op.target);
  }
  return {};
}

Status effect(LiveWorld& live, const WriteHosts& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  const SimCluster* found = cluster_named(live.world, cluster);
  std::string address = found == nullptr ? "" : ingress_address(*found);
  if (!op.hosts.empty() && address.empty()) {
    return failure(ErrorKind::unreachable, "the ingress has no address to write into the hosts file yet");
  }
  const std::string cluster_id = known_cluster_id(setting);
  std::vector<HostsLine> lines;
  for (const HostsLine& line : live.world.hosts_file) {
    if (!is_line_of(line, cluster, cluster_id)) {
      lines.push_back(line);
    }
  }
  for (const std::string& host : op.hosts) {
    lines.push_back({cluster, host, address, cluster_id});
  }
  if (lines != live.world.hosts_file) {
    change_hosts_file(live) = std::move(lines);
  }
  return {};
}

Status effect(LiveWorld& live, const RemoveCredentials&, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  bool lives_on =
      std::ranges::any_of(live.world.disks, [&](const auto& disk) { return disk.second.installed.cluster == cluster; });
  if (!lives_on && live.world.clusters.contains(cluster)) {
    forget_cluster(live, cluster);
    live.world.clusters.erase(cluster);
  }
  return setting.credentials.remove();
}

}  // namespace tbx::sim
