// What Talos and etcd report, where they can be asked.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/sim/observe.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

TalosStage stage_outside(const World& world, const SimMachine& machine, const SimDisk* disk) {
  switch (machine.guest.stage) {
    case GuestStage::maintenance:
      return TalosStage::maintenance;
    case GuestStage::booting:
      return TalosStage::booting;
    case GuestStage::up:
      break;
    case GuestStage::none:
    case GuestStage::firmware:
    case GuestStage::installing:
    case GuestStage::rebooting:
      return TalosStage::unreachable;
  }
  // A control plane counts as booting until its etcd runs: the boot sequence waits for it.
  bool waits_for_etcd = disk != nullptr && disk->installed.control_plane &&
                        !member_lives(world, disk->installed.cluster, disk->installed.member_id);
  return waits_for_etcd ? TalosStage::booting : TalosStage::running;
}

void tell_readiness(const World& world, const SimMachine& machine, const SimDisk& disk, TalosNode& talos) {
  const std::string& cluster = disk.installed.cluster;
  if (talos.stage == TalosStage::booting && machine.guest.stage == GuestStage::up) {
    talos.unmet_conditions.push_back("services: etcd is preparing");
  }
  const SimCluster* found = cluster_named(world, cluster);
  auto node = found == nullptr ? decltype(found->nodes.end()){} : found->nodes.find(machine.name);
  bool is_ready = found != nullptr && node != found->nodes.end() && node->second.ready_since > 0;
  if (machine.guest.stage == GuestStage::up && !is_ready) {
    talos.unmet_conditions.push_back(fmt::format("nodeReady: node \"{}\" is not ready", machine.name));
  }
  talos.ready = talos.unmet_conditions.empty() && talos.stage == TalosStage::running;
}

std::vector<std::string> addresses_of(const SimMachine& machine, TalosStage stage) {
  std::vector<std::string> addresses{machine.guest.address};
  if (stage != TalosStage::maintenance && !machine.mark.node_address.empty()) {
    addresses.push_back(machine.mark.node_address);
  }
  std::ranges::sort(addresses);
  return addresses;
}

/// What is known of data on a disk that no Talos speaks about.
Presence data_on(const SimDisk* disk) {
  return disk == nullptr || !disk->was_booted ? Presence::absent : Presence::unknown;
}

TalosNode absent_node(const World& world, const std::string& node, std::string reason) {
  TalosNode talos;
  talos.presence = Presence::absent;
  talos.reason = std::move(reason);
  auto disks = disks_of_node(world, node);
  talos.etcd_data = data_on(disks.empty() ? nullptr : &world.disks.at(disks.front()));
  return talos;
}

/// One that runs. With a config, it only speaks to those who have this cluster's secrets.
TalosNode running_node(const World& world, const SimMachine& machine, const CredentialState& credentials) {
  TalosNode talos;
  const SimDisk* disk = disk_in(world, machine);
  talos.presence = Presence::present;
  talos.stage = stage_outside(world, machine, disk);
  talos.etcd_data = data_on(disk);
  if (talos.stage == TalosStage::unreachable || machine.guest.address.empty()) {
    talos.stage = TalosStage::unreachable;
    talos.reason = machine.guest.address.empty() ? fmt::format("{} has no address yet", machine.name)
                                                 : fmt::format("{} does not answer yet", machine.name);
    return talos;
  }
  bool configured = talos.stage != TalosStage::maintenance;
  if (configured && (disk == nullptr || disk->installed.cluster_id != credentials.cluster_id)) {
    talos = {};
    talos.reason = fmt::format("{} answers, and its certificate is of other secrets than those in _out", machine.name);
    return talos;
  }
  talos.uuid = machine.bios_guid;
  talos.boot_id = machine.guest.boot_id;
  talos.addresses = addresses_of(machine, talos.stage);
  talos.version = configured ? disk->installed.version : "";
  talos.etcd_data = configured && disk->installed.etcd_incarnation > 0 ? Presence::present : Presence::absent;
  if (configured) {
    talos.schematic = disk->installed.schematic;
    talos.hostname = machine.name;
    talos.config = disk->installed.config;
    tell_readiness(world, machine, *disk, talos);
  }
  return talos;
}

TalosNode look_at_node(const World& world, const ClusterSpec& spec, const std::string& node, const Observed& found) {
  if (found.host.presence != Presence::present) {
    TalosNode talos;
    talos.reason = fmt::format("where {} is can't be learned: {}", node, found.host.reason);
    return talos;
  }
  const Machine* seen = our_machine(found, spec, node);
  if (seen == nullptr) {
    return absent_node(world, node, fmt::format("machine {} is absent", node));
  }
  auto machine = world.machines.find(machine_key(seen->name, seen->id));
  if (machine == world.machines.end()) {
    return absent_node(world, node, fmt::format("machine {} is absent", node));
  }
  if (machine->second.power != Power::running) {
    return absent_node(world, node, fmt::format("machine {} is off", node));
  }
  return running_node(world, machine->second, found.credentials);
}

std::set<std::string> control_planes_of(const World& world, const ClusterSpec& spec, const Observed& found) {
  std::set<std::string> names;
  for (const NodeSpec& node : spec.nodes) {
    if (node.role == Role::control_plane) {
      names.insert(node.name);
    }
  }
  if (const SimCluster* cluster = cluster_named(world, spec.name)) {
    for (const std::string& node : cluster->facts.control_planes) {
      if (our_machine(found, spec, node) != nullptr || disk_of(found, spec, node) != nullptr) {
        names.insert(node);
      }
    }
  }
  return names;
}

void list_members(const World& world, const ClusterSpec& spec, EtcdState& etcd) {
  const SimCluster& cluster = world.clusters.at(spec.name);
  etcd.presence = Presence::present;
  etcd.alarms = cluster.facts.alarms;
  std::string leader = leader_of(world, spec.name);
  etcd.has_leader = !leader.empty();
  for (const auto& [id, member] : cluster.members) {
    bool serves = member.incarnation == cluster.facts.incarnation;
    bool lives = member_lives(world, spec.name, id);
    etcd.lists_agree = etcd.lists_agree && (serves || !lives);
    // Without a quorum each member answers only for itself.
    if (!serves || (!etcd.has_leader && !etcd_runs(world, spec.name, id))) {
      continue;
    }
    etcd.members.push_back({id, member.node, lives && etcd.has_leader, member.learner, id == leader, member.peer});
  }
}

void look_at_etcd(const World& world, const ClusterSpec& spec, Observed& found) {
  found.etcd = {};
  std::string unknown;
  bool any_answers = false;
  for (const std::string& node : control_planes_of(world, spec, found)) {
    TalosNode talos = look_at_node(world, spec, node, found);
    any_answers = any_answers || (talos.etcd_data == Presence::present && is_up(world, spec.name, node));
    if (talos.etcd_data == Presence::unknown && unknown.empty()) {
      unknown = talos.reason.empty() ? fmt::format("{} does not answer", node) : talos.reason;
    }
  }
  if (any_answers && world.clusters.contains(spec.name)) {
    list_members(world, spec, found.etcd);
  } else if (unknown.empty() && found.host.presence == Presence::present) {
    found.etcd.presence = Presence::absent;
  } else {
    found.etcd.reason = unknown.empty() ? found.host.reason : unknown;
  }
}

}  // namespace

void observe_talos(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found) {
  found.talos_presence = Presence::present;
  found.talos_reason.clear();
  if (scope.whole) {
    found.talos.clear();
    for (const NodeSpec& node : spec.nodes) {
      found.talos[node.name] = look_at_node(world, spec, node.name, found);
    }
    for (const Machine& machine : found.host.machines) {
      if (!found.talos.contains(machine.name) && is_ours(machine.mark, spec, found.credentials)) {
        found.talos[machine.name] = look_at_node(world, spec, machine.name, found);
      }
    }
  }
  for (const std::string& node : scope.nodes) {
    found.talos[node] = look_at_node(world, spec, node, found);
  }
  if (scope.whole || scope.membership) {
    look_at_etcd(world, spec, found);
  }
}

}  // namespace tbx::sim
