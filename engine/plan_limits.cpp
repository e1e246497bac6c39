// Wishes about a living cluster that nothing can fulfil yet, or ever: refused by name, never passed over in silence.
#include <algorithm>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

constexpr const char* no_change_yet = "no-change-yet";

void check_switch(Planning& planning, const NodePlan& node) {
  const std::string& wanted = planning.wanted.hyperv.switch_name;
  if (node.machine == nullptr || node.machine->switch_name.empty() || node.machine->switch_name == wanted) {
    return;
  }
  planning.no_new_nodes = planning.builder.refuse(
      StartMachine{node.spec->name, node.machine->id},
      {no_change_yet,
       fmt::format("{} is on the switch {} and the file wants {}: this version of tbx moves no machine to "
                   "another switch. Set hyperv.switch back, or connect it by hand",
                   node.spec->name, node.machine->switch_name, wanted)});
}

void check_release(Planning& planning, const AddonSpec& addon) {
  const Release* release = release_named(planning.found.helm, addon.name);
  if (release == nullptr || !release->ours || release->namespace_name == addon.namespace_name) {
    return;
  }
  planning.builder.refuse(
      UpgradeRelease{addon.name},
      {no_change_yet,
       fmt::format("release {} lies in namespace {} and the file wants {}: Helm moves no release. Take the "
                   "addon out of the file, apply, and put it back",
                   addon.name, release->namespace_name, addon.namespace_name)});
}

/// Nodes and pods would be cut off from one another: Talos' networks are chosen when a cluster is created.
void check_subnets(Planning& planning, const NodePlan& node) {
  if (node.talos == nullptr || node.talos->presence != Presence::present || node.talos->config.empty() ||
      planning.phase != EtcdPhase::living) {
    return;
  }
  auto check = [&](const std::string& wanted, const char* path, const char* key) {
    auto place = node.talos->config.find(path);
    std::string now = place == node.talos->config.end() ? "" : place->second;
    std::string as_config = wanted.empty() ? "" : fmt::format("[\"{}\"]", wanted);
    if (now != as_config) {
      planning.no_new_nodes = planning.builder.refuse(
          ApplyConfig{node.spec->name, {}},
          {"network-subnets",
           fmt::format("network.{} is chosen when a cluster is created, and {} runs with {}: set it back", key,
                       node.spec->name, now.empty() ? "Talos' default" : now)});
    }
  };
  check(planning.wanted.network.pod_subnet, "cluster.network.podSubnets", "podSubnet");
  if (node.spec->role == Role::control_plane) {
    check(planning.wanted.network.service_subnet, "cluster.network.serviceSubnets", "serviceSubnet");
  }
}

}  // namespace

void plan_limits(Planning& planning) {
  for (const NodePlan& node : planning.nodes) {
    check_switch(planning, node);
    check_subnets(planning, node);
  }
  for (const AddonSpec& addon : planning.wanted.addons) {
    check_release(planning, addon);
  }
}

}  // namespace tbx
