#include "providers/sim/live_world.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "engine/assertion.h"
#include "providers/sim/rules.h"
#include "specs/sha256.h"

namespace tbx::sim {

namespace {

/// SplitMix64: one number for each place in the row, so that a row can be taken up anywhere.
std::uint64_t mixed(std::uint64_t place) {
  std::uint64_t value = place * 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

std::uint64_t draw_number(LiveWorld& live) {
  Clock& clock = live.world.clock;
  live.touched.insert({EntityKind::clock, "", ""});
  return mixed(mixed(clock.seed) + ++clock.draws);
}

template <class Map>
std::vector<std::string> keys_starting(const Map& map, std::string_view name,
                                       std::string_view (*name_of)(const typename Map::mapped_type&)) {
  std::vector<std::string> keys;
  std::string start = std::string(name) + " ";
  for (auto place = map.lower_bound(start); place != map.end() && place->first.starts_with(start); ++place) {
    if (name_of(place->second) == name) {
      keys.push_back(place->first);
    }
  }
  return keys;
}

}  // namespace

std::string machine_key(std::string_view name, std::string_view id) { return fmt::format("{} {}", name, id); }
std::string disk_key(std::string_view node, std::string_view path) { return fmt::format("{} {}", node, path); }

std::string disk_path(const std::string& base, const std::string& cluster, const std::string& node) {
  const std::string& folder = base.empty() ? "C:\\ProgramData\\Microsoft\\Windows\\Virtual Hard Disks" : base;
  return fmt::format("{}\\tbx\\{}\\{}\\{}.vhdx", folder, cluster, node, node);
}

void touch(LiveWorld& live, EntityKind kind, std::string key, std::string cluster) {
  live.touched.insert({kind, std::move(cluster), std::move(key)});
}

SimMachine& change_machine(LiveWorld& live, const std::string& key) {
  auto place = live.world.machines.find(key);
  TBX_ASSERT(place != live.world.machines.end(), "the machine to change is there");
  touch(live, EntityKind::machine, key);
  return place->second;
}

SimDisk& change_disk(LiveWorld& live, const std::string& key) {
  auto place = live.world.disks.find(key);
  TBX_ASSERT(place != live.world.disks.end(), "the disk to change is there");
  touch(live, EntityKind::disk, key);
  return place->second;
}

ClusterFacts& facts_of(LiveWorld& live, const std::string& cluster) {
  touch(live, EntityKind::cluster, "", cluster);
  return live.world.clusters[cluster].facts;
}

SimNode& change_node(LiveWorld& live, const std::string& cluster, const std::string& node) {
  touch(live, EntityKind::node, node, cluster);
  return live.world.clusters[cluster].nodes[node];
}

SimRelease& change_release(LiveWorld& live, const std::string& cluster, const std::string& release) {
  touch(live, EntityKind::release, release, cluster);
  return live.world.clusters[cluster].releases[release];
}

SimMember& change_member(LiveWorld& live, const std::string& cluster, const std::string& member_id) {
  touch(live, EntityKind::member, member_id, cluster);
  return live.world.clusters[cluster].members[member_id];
}

SwitchedHost& change_host(LiveWorld& live) {
  touch(live, EntityKind::host, "");
  return live.world.host;
}

std::vector<HostsLine>& change_hosts_file(LiveWorld& live) {
  touch(live, EntityKind::hosts_file, "");
  return live.world.hosts_file;
}

Disturbances& change_disturbances(LiveWorld& live) {
  touch(live, EntityKind::disturbances, "");
  return live.world.disturbances;
}

SimMachine& add_machine(LiveWorld& live, SimMachine machine) {
  std::string key = machine_key(machine.name, machine.id);
  touch(live, EntityKind::machine, key);
  return live.world.machines[key] = std::move(machine);
}

SimDisk& add_disk(LiveWorld& live, SimDisk disk) {
  std::string key = disk_key(disk.node, disk.path);
  // By time and place, so that it takes no random number from what follows.
  disk.id = sha256_hex(fmt::format("{} {} {}", key, live.now(), live.world.clock.draws)).substr(0, 16);
  touch(live, EntityKind::disk, key);
  return live.world.disks[key] = std::move(disk);
}

void remove_machine(LiveWorld& live, const std::string& key) {
  touch(live, EntityKind::machine, key);
  live.world.machines.erase(key);
}

void remove_disk(LiveWorld& live, const std::string& key) {
  touch(live, EntityKind::disk, key);
  live.world.disks.erase(key);
}

std::vector<std::string> machines_named(const World& world, std::string_view name) {
  return keys_starting(world.machines, name,
                       [](const SimMachine& machine) -> std::string_view { return machine.name; });
}

std::string marked_machine(const World& world, std::string_view cluster, std::string_view name) {
  for (std::string& key : machines_named(world, name)) {
    const Mark& mark = world.machines.at(key).mark;
    if (!mark.cluster.empty() && (cluster.empty() || mark.cluster == cluster)) {
      return std::move(key);
    }
  }
  return {};
}

std::vector<std::string> disks_of_node(const World& world, std::string_view node) {
  return keys_starting(world.disks, node, [](const SimDisk& disk) -> std::string_view { return disk.node; });
}

const SimDisk* disk_in(const World& world, const SimMachine& machine) {
  auto place = world.disks.find(machine.disk);
  return place == world.disks.end() ? nullptr : &place->second;
}

const SimCluster* cluster_named(const World& world, std::string_view name) {
  auto place = world.clusters.find(std::string(name));
  return place == world.clusters.end() ? nullptr : &place->second;
}

double draw(LiveWorld& live) { return static_cast<double>(draw_number(live) >> 11U) * 0x1.0p-53; }

double jittered(LiveWorld& live, double seconds) { return seconds * (0.8 + 0.4 * draw(live)); }

std::string draw_hex(LiveWorld& live, int digits) {
  std::string text;
  while (static_cast<int>(text.size()) < digits) {
    text += fmt::format("{:016x}", draw_number(live));
  }
  return text.substr(0, static_cast<std::size_t>(digits));
}

std::string draw_guid(LiveWorld& live) {
  std::string hex = draw_hex(live, 32);
  return fmt::format("{}-{}-4{}-a{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3), hex.substr(17, 3),
                     hex.substr(20, 12));
}

void wake_at(LiveWorld& live, double at_seconds, const std::string& machine) { live.wakes.push({at_seconds, machine}); }

void rebuild_wakes(LiveWorld& live) {
  live.wakes = {};
  double now = live.now();
  auto wake = [&](double at, const std::string& machine) {
    if (at > now) {
      wake_at(live, at, machine);
    }
  };
  for (const auto& [key, machine] : live.world.machines) {
    const Guest& guest = machine.guest;
    for (double at : {guest.until, guest.api_at, guest.join_at, guest.register_at}) {
      wake(at, key);
    }
  }
  for (const auto& [name, cluster] : live.world.clusters) {
    for (const auto& [id, member] : cluster.members) {
      wake(member.starts_at, marked_machine(live.world, name, member.node));
      wake(member.promote_at, "");
    }
    for (const auto& [node_name, node] : cluster.nodes) {
      wake(node.network_at, marked_machine(live.world, name, node_name));
      if (node.lost_at > 0 && node.ready_since > 0) {
        wake(node.lost_at + node_lost_after, "");
      }
    }
    for (const auto& [release_name, release] : cluster.releases) {
      for (const Workload& workload : release.workloads) {
        wake(workload.ready_at, "");
      }
    }
  }
  for (const Scheduled& scheduled : live.world.disturbances.scheduled) {
    wake_at(live, scheduled.at_seconds, "");
  }
}

}  // namespace tbx::sim
