// What Hyper-V and the user's own machine report.
#include <algorithm>

#include "providers/sim/observe.h"
#include "providers/sim/state.h"
#include "specs/ip.h"

namespace tbx::sim {

namespace {

Machine as_observed(const World& world, const SimMachine& machine) {
  const SimDisk* disk = disk_in(world, machine);
  return {machine.name,        machine.id,
          machine.bios_guid,   machine.mac,
          machine.power,       machine.cpu_count,
          machine.memory_mib,  disk == nullptr ? "" : disk->path,
          machine.switch_name, machine.power == Power::running ? machine.guest.address : "",
          machine.mark};
}

Disk as_observed(const SimDisk& disk) {
  return {disk.node, disk.path, disk.size_gib, disk.attached_to, disk.was_booted, disk.mark};
}

/// In the order that HostState promises; the keys' order is nearly it.
template <class T, class Less>
void sort_if_needed(std::vector<T>& values, const Less& less) {
  if (!std::ranges::is_sorted(values, less)) {
    std::ranges::sort(values, less);
  }
}

bool before(const Machine& left, const Machine& right) {
  return std::tie(left.name, left.id) < std::tie(right.name, right.id);
}

bool before_disk(const Disk& left, const Disk& right) {
  return std::tie(left.node, left.path) < std::tie(right.node, right.path);
}

/// A disk beside a folder of ours belongs to somebody else's VM: only our folder's disks are looked for.
bool lies_in_our_folder(const SimDisk& disk) { return disk.path.find("\\tbx\\") != std::string::npos; }

void look_at_all(const World& world, HostState& host) {
  host.machines.clear();
  host.disks.clear();
  host.machines.reserve(world.machines.size());
  host.disks.reserve(world.disks.size());
  for (const auto& [key, machine] : world.machines) {
    host.machines.push_back(as_observed(world, machine));
  }
  for (const auto& [key, disk] : world.disks) {
    if (lies_in_our_folder(disk)) {
      host.disks.push_back(as_observed(disk));
    }
  }
  sort_if_needed(host.machines, before);
  sort_if_needed(host.disks, before_disk);
}

/// Exchanges what is known of one node for how it is now.
void look_at_node(const World& world, const std::string& node, HostState& host) {
  auto machines = std::ranges::equal_range(host.machines, node, {}, &Machine::name);
  auto place = host.machines.erase(machines.begin(), machines.end());
  for (const std::string& key : machines_named(world, node)) {
    place = std::next(host.machines.insert(place, as_observed(world, world.machines.at(key))));
  }
  auto disks = std::ranges::equal_range(host.disks, node, {}, &Disk::node);
  auto disk_place = host.disks.erase(disks.begin(), disks.end());
  for (const std::string& key : disks_of_node(world, node)) {
    const SimDisk& disk = world.disks.at(key);
    if (lies_in_our_folder(disk)) {
      disk_place = std::next(host.disks.insert(disk_place, as_observed(disk)));
    }
  }
}

void forget_host(const std::string& reason, Observed& found) {
  found.host = {};
  found.host.reason = reason;
}

void forget_talos(const std::string& reason, const ClusterSpec& spec, const Scope& scope, Observed& found) {
  found.talos_presence = Presence::unknown;
  found.talos_reason = reason;
  auto forget = [&](const std::string& node) {
    found.talos[node] = {};
    found.talos[node].reason = reason;
  };
  if (scope.whole) {
    found.talos.clear();
    for (const NodeSpec& node : spec.nodes) {
      forget(node.name);
    }
  }
  for (const std::string& node : scope.nodes) {
    forget(node);
  }
  if (scope.whole || scope.membership) {
    found.etcd = {};
    found.etcd.reason = reason;
  }
}

}  // namespace

void observe_host(const World& world, const ClusterSpec& spec, const Scope& scope, Observed& found) {
  HostState& host = found.host;
  host.presence = Presence::present;
  host.reason.clear();
  host.arch = world.host.arch;
  bool has_switch = spec.hyperv.switch_name == world.host.switch_name;
  host.switch_presence = has_switch ? Presence::present : Presence::absent;
  host.switch_subnet = has_switch ? world.host.subnet : "";
  host.switch_gateway = has_switch ? world.host.gateway : "";
  host.neighbours = world.host.neighbours;
  host.images = world.host.images;
  if (scope.whole) {
    look_at_all(world, host);
    return;
  }
  for (const std::string& node : scope.nodes) {
    look_at_node(world, node, host);
  }
}

void observe_access(const World& world, const ClusterSpec& spec, Observed& found) {
  AccessState& access = found.access;
  access = {};
  access.presence = Presence::present;
  for (const HostsLine& line : world.hosts_file) {
    bool is_wanted = std::ranges::any_of(spec.routes, [&](const RouteSpec& route) { return route.host == line.host; });
    if (is_line_of(line, spec.name, found.credentials.cluster_id)) {
      access.hosts.push_back({line.host, line.address});
      access.hosts_cluster_id = line.cluster_id;
    } else if (is_wanted) {
      access.foreign_hosts.push_back({line.host, line.address});
    }
  }
  std::ranges::sort(access.hosts, {}, &HostsEntry::host);
  std::ranges::sort(access.foreign_hosts, {}, &HostsEntry::host);
  for (const RouteSpec& route : spec.routes) {
    Probe probe = probe_route(world, spec.name, route.host, route.served_by_ingress_itself);
    access.probes.push_back({route.host, probe.answers, probe.detail});
  }
  std::ranges::sort(access.probes, {}, &ProbeState::host);
}

void observe_nothing(System system, const std::string& reason, const ClusterSpec& spec, const Scope& scope,
                     Observed& found) {
  switch (system) {
    case System::hyperv:
      return forget_host(reason, found);
    case System::talos:
      return forget_talos(reason, spec, scope, found);
    case System::kubernetes:
      found.kubernetes = {};
      found.kubernetes.reason = reason;
      return;
    case System::helm:
      found.helm = {};
      found.helm.reason = reason;
      return;
    case System::access:
      found.access = {};
      found.access.reason = reason;
      return;
  }
}

}  // namespace tbx::sim
