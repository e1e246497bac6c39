// What becomes of a machine by itself: firmware, lease, maintenance, installation, boot.
#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/ip.h"

namespace tbx::sim {

namespace {

void set_stage(LiveWorld& live, const std::string& key, GuestStage stage, double takes) {
  Guest& guest = change_machine(live, key).guest;
  guest.stage = stage;
  guest.until = takes > 0 ? live.now() + jittered(live, takes) : 0;
  if (takes > 0) {
    wake_at(live, guest.until, key);
  }
}

/// A new life of the guest; the lease is asked for again later.
void begin_boot(LiveWorld& live, const std::string& key) {
  SimMachine& machine = change_machine(live, key);
  std::string address = machine.guest.address;
  machine.guest = {};
  machine.guest.boot_id = draw_guid(live);
  machine.guest.address = address;
  if (const SimDisk* disk = disk_in(live.world, machine); disk != nullptr && !disk->installed.staged_config.empty()) {
    Installed& installed = change_disk(live, machine.disk).installed;
    installed.config = std::exchange(installed.staged_config, {});
  }
}

void got_lease(LiveWorld& live, const std::string& key) {
  SimMachine& machine = change_machine(live, key);
  machine.guest.address = lease_address(live, machine);
  const SimDisk* disk = disk_in(live.world, machine);
  bool installed = disk != nullptr && !disk->installed.version.empty();
  if (installed) {
    set_stage(live, key, GuestStage::booting, services_after);
  } else {
    set_stage(live, key, machine.image.empty() ? GuestStage::none : GuestStage::maintenance, 0);
  }
}

/// A restart asks for the lease anew: mostly the same address, at an installation sometimes another.
void finish_install(LiveWorld& live, const std::string& key) {
  begin_boot(live, key);
  if (draw(live) < 0.3) {
    change_machine(live, key).guest.address.clear();
  }
  set_stage(live, key, GuestStage::rebooting, restart_takes);
}

void services_started(LiveWorld& live, const std::string& key) {
  set_stage(live, key, GuestStage::up, 0);
  SimMachine& machine = change_machine(live, key);
  const SimDisk* disk = disk_in(live.world, machine);
  if (disk != nullptr && disk->installed.control_plane) {
    machine.guest.join_at = live.now() + jittered(live, join_after);
    wake_at(live, machine.guest.join_at, key);
  }
}

/// The stage's time is over.
void next_stage(LiveWorld& live, const std::string& key) {
  switch (live.world.machines.at(key).guest.stage) {
    case GuestStage::firmware:
    case GuestStage::rebooting:
      return got_lease(live, key);
    case GuestStage::installing:
      return finish_install(live, key);
    case GuestStage::booting:
      return services_started(live, key);
    case GuestStage::none:
    case GuestStage::maintenance:
    case GuestStage::up:
      return;
  }
}

/// The installer was cut off: the disk is as good as blank.
void undo_half_install(LiveWorld& live, const SimMachine& machine) {
  if (machine.guest.stage == GuestStage::installing && live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).installed = {};
  }
}

std::string cluster_in(const LiveWorld& live, const std::string& key) {
  auto machine = live.world.machines.find(key);
  return machine == live.world.machines.end() ? "" : machine->second.mark.cluster;
}

bool is_taken(const World& world, const std::string& address) {
  bool leased =
      std::ranges::any_of(world.machines, [&](const auto& machine) { return machine.second.guest.address == address; });
  return leased || address == world.host.gateway || std::ranges::binary_search(world.host.neighbours, address);
}

void run_due_verbs(LiveWorld& live, RunVerb run_verb) {
  while (!live.world.disturbances.scheduled.empty() &&
         live.world.disturbances.scheduled.front().at_seconds <= live.now()) {
    std::vector<std::string> words = live.world.disturbances.scheduled.front().words;
    auto& scheduled = change_disturbances(live).scheduled;
    scheduled.erase(scheduled.begin());
    run_verb(live, words);
  }
}

}  // namespace

std::string lease_address(LiveWorld& live, const SimMachine& machine) {
  auto subnet = parse_ipv4_network(live.world.host.subnet);
  auto own = parse_ipv4_address(machine.guest.address);
  if (!subnet || (own && contains(*subnet, *own))) {
    return machine.guest.address;
  }
  // The lower half, so that a pool at the end of the subnet stays free.
  auto room = static_cast<double>(address_count(range_of(*subnet)) / 2);
  while (true) {
    auto offset = 10 + static_cast<std::uint32_t>(draw(live) * (room - 10));
    std::string address = format_address(nth_address(*subnet, offset).value_or(subnet->first));
    if (!is_taken(live.world, address)) {
      return address;
    }
  }
}

double next_happening(const LiveWorld& live) {
  return live.wakes.empty() ? std::numeric_limits<double>::infinity() : live.wakes.top().at_seconds;
}

void advance(LiveWorld& live, double to_seconds, RunVerb run_verb) {
  while (next_happening(live) <= to_seconds) {
    Wake wake = live.wakes.top();
    live.wakes.pop();
    if (!live.wakes.empty() && live.wakes.top() == wake) {
      continue;
    }
    live.world.clock.now_seconds = std::max(live.now(), wake.at_seconds);
    touch(live, EntityKind::clock, "");
    run_due_verbs(live, run_verb);
    if (!wake.machine.empty()) {
      settle_machine(live, wake.machine);
    } else {
      std::vector<std::string> names;
      for (const auto& [name, cluster] : live.world.clusters) {
        names.push_back(name);
      }
      for (const std::string& name : names) {
        settle_cluster(live, name);
      }
    }
  }
  if (to_seconds > live.now()) {
    live.world.clock.now_seconds = to_seconds;
    touch(live, EntityKind::clock, "");
  }
}

void power_on(LiveWorld& live, const std::string& key) {
  const SimMachine& machine = live.world.machines.at(key);
  if (machine.power == Power::running) {
    return;
  }
  bool resumed = machine.power == Power::saved || machine.power == Power::paused;
  change_machine(live, key).power = Power::running;
  if (!resumed || machine.guest.stage == GuestStage::none) {
    begin_boot(live, key);
    set_stage(live, key, GuestStage::firmware, lease_after);
  }
  settle_machine(live, key);
}

void power_off(LiveWorld& live, const std::string& key) {
  SimMachine& machine = change_machine(live, key);
  undo_half_install(live, machine);
  machine.power = Power::off;
  std::string address = machine.guest.address;
  machine.guest = {};
  machine.guest.address = address;
  settle_machine(live, key);
}

void reboot(LiveWorld& live, const std::string& key) {
  begin_boot(live, key);
  set_stage(live, key, GuestStage::rebooting, restart_takes);
  settle_machine(live, key);
}

void move_subnet(LiveWorld& live) {
  auto third = 16 + 16 * static_cast<int>(draw(live) * 14);
  std::string prefix = fmt::format("172.{}.{}", 20 + static_cast<int>(draw(live) * 8), third);
  if (live.world.host.subnet == prefix + ".0/20") {
    prefix = fmt::format("172.29.{}", third);
  }
  move_to_subnet(live, *parse_ipv4_network(prefix + ".0/20"));
}

void move_to_subnet(LiveWorld& live, const Ipv4Network& subnet) {
  SwitchedHost& host = change_host(live);
  host.subnet = format_network(subnet);
  host.gateway = format_address(*nth_address(subnet, 1));
  host.neighbours.clear();
  std::vector<std::string> keys;
  for (const auto& [key, machine] : live.world.machines) {
    keys.push_back(key);
  }
  for (const std::string& key : keys) {
    SimMachine& machine = change_machine(live, key);
    bool had = machine.power == Power::running && !machine.guest.address.empty();
    machine.guest.address.clear();
    machine.guest.address = had ? lease_address(live, machine) : "";
  }
  for (const std::string& key : keys) {
    settle_machine(live, key);
  }
}

void settle_machine(LiveWorld& live, const std::string& key) {
  auto place = live.world.machines.find(key);
  if (place == live.world.machines.end()) {
    return;
  }
  const Guest& guest = place->second.guest;
  if (guest.until > 0 && guest.until <= live.now()) {
    next_stage(live, key);
  }
  const SimDisk* disk = disk_in(live.world, live.world.machines.at(key));
  std::string cluster = cluster_in(live, key);
  if (cluster.empty() || !live.world.clusters.contains(cluster)) {
    return;
  }
  std::string node = live.world.machines.at(key).name;
  if (disk != nullptr && disk->installed.control_plane) {
    settle_cluster(live, cluster);
  }
  settle_node(live, cluster, node);
}

}  // namespace tbx::sim
