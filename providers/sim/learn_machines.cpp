#include "providers/sim/learn_machines.h"

#include <algorithm>

#include "engine/ownership.h"
#include "providers/sim/rules.h"

namespace tbx::sim {

namespace {

/// A disk with the path that the machine names, blank when it was not known.
std::string learn_disk(LiveWorld& live, const Machine& machine, const HostState& host) {
  std::string key = disk_key(machine.name, machine.disk_path);
  if (!live.world.disks.contains(key)) {
    auto reported = std::ranges::find(host.disks, machine.disk_path, &Disk::path);
    SimDisk disk;
    disk.node = machine.name;
    disk.path = machine.disk_path;
    disk.size_gib = reported == host.disks.end() ? disk.size_gib : reported->size_gib;
    disk.mark = machine.mark;
    disk.attached_to = machine.id;
    add_disk(live, std::move(disk));
  }
  return key;
}

SimMachine& learn_one(LiveWorld& live, const Machine& machine, const HostState& host) {
  std::string key = machine_key(machine.name, machine.id);
  std::string disk = learn_disk(live, machine, host);
  if (!live.world.machines.contains(key)) {
    SimMachine learned;
    learned.name = machine.name;
    learned.id = machine.id;
    learned.image = "real";
    add_machine(live, std::move(learned));
  }
  SimMachine& known = change_machine(live, key);
  known.bios_guid = machine.bios_guid;
  known.mac = machine.mac;
  known.cpu_count = machine.cpu_count;
  known.memory_mib = machine.memory_mib;
  known.switch_name = machine.switch_name;
  known.mark = machine.mark;
  known.disk = disk;
  return known;
}

}  // namespace

void learn_machines(LiveWorld& live, const ClusterSpec& spec, const Observed& found) {
  if (found.host.presence != Presence::present) {
    return;
  }
  SwitchedHost& host = change_host(live);
  host.arch = found.host.arch;
  host.subnet = found.host.switch_subnet.empty() ? host.subnet : found.host.switch_subnet;
  host.gateway = found.host.switch_gateway.empty() ? host.gateway : found.host.switch_gateway;
  std::vector<std::string> gone;
  for (const auto& [key, machine] : live.world.machines) {
    if (machine.mark.cluster == spec.name && machine_by_id(found.host, machine.id, machine.name) == nullptr) {
      gone.push_back(key);
    }
  }
  for (const std::string& key : gone) {
    std::string node = live.world.machines.at(key).name;
    remove_machine(live, key);
    settle_after_loss(live, spec.name, node);
  }
  for (const Machine& machine : found.host.machines) {
    if (!is_ours(machine.mark, spec, found.credentials)) {
      continue;
    }
    std::string key = machine_key(machine.name, machine.id);
    bool runs = learn_one(live, machine, found.host).power == Power::running;
    if (machine.power == Power::running && !runs) {
      power_on(live, key);
    } else if (machine.power == Power::off && runs) {
      power_off(live, key);
    }
    if (machine.power == Power::running && !machine.dhcp_address.empty()) {
      change_machine(live, key).guest.address = machine.dhcp_address;
    }
  }
}

}  // namespace tbx::sim
