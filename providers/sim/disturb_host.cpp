// Disturbances of the host: power, machines, disks, addresses.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/node_network.h"
#include "providers/sim/disturbances.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/did_you_mean.h"
#include "specs/ip.h"
#include "specs/quantity.h"

namespace tbx::sim {

namespace {

using Words = std::span<const std::string>;

std::vector<std::string> machine_names(const World& world) {
  std::vector<std::string> names;
  for (const auto& [key, machine] : world.machines) {
    names.push_back(machine.name);
  }
  return names;
}

/// Ours before any other of the name.
Result<std::string> machine_of(const World& world, const std::string& name) {
  std::string key = marked_machine(world, "", name);
  if (!key.empty()) {
    return key;
  }
  std::vector<std::string> keys = machines_named(world, name);
  if (keys.empty()) {
    return not_there("machine", name, machine_names(world));
  }
  return keys.front();
}

/// The mark of any machine or disk of this cluster; empty when it has none.
Mark mark_of_cluster(const World& world, const std::string& cluster) {
  for (const auto& [key, machine] : world.machines) {
    if (machine.mark.cluster == cluster) {
      return machine.mark;
    }
  }
  for (const auto& [key, disk] : world.disks) {
    if (disk.mark.cluster == cluster) {
      return disk.mark;
    }
  }
  return {};
}

std::string free_node_address(const World& world, const Mark& sibling, const std::string& node) {
  auto subnet = parse_ipv4_network(sibling.node_subnet);
  if (!subnet) {
    return {};
  }
  std::set<std::string> taken;
  for (const auto& [key, machine] : world.machines) {
    taken.insert(machine.mark.node_address);
  }
  for (const auto& [key, disk] : world.disks) {
    taken.insert(disk.mark.node_address);
  }
  std::uint32_t first = node.starts_with(sibling.cluster + "-cp-") ? 11 : 51;
  for (std::uint32_t offset = first; offset < first + 10000; ++offset) {
    std::string address = format_address(nth_address(*subnet, offset).value_or(Ipv4Address{}));
    if (!taken.contains(address)) {
      return address;
    }
  }
  return {};
}

/// As an earlier life of the node would have left it.
Mark old_mark(LiveWorld& live, const std::string& node) {
  std::string cluster = cluster_of_node(live.world, node);
  Mark mark = cluster.empty() ? Mark{} : mark_of_cluster(live.world, cluster);
  if (mark.cluster.empty()) {
    return {};
  }
  mark.node_address = free_node_address(live.world, mark, node);
  mark.node = node;
  mark.mac = static_mac(cluster, node);
  mark.bios_guid = draw_guid(live);
  return mark;
}

std::string folder_of(const World& world, const std::string& node) {
  std::string cluster = cluster_of_node(world, node);
  std::size_t dash = node.rfind('-', node.rfind('-') == std::string::npos ? 0 : node.rfind('-') - 1);
  return !cluster.empty() ? cluster : dash == std::string::npos ? node : node.substr(0, dash);
}

std::string known_folder(const World& world) {
  for (const auto& [key, disk] : world.disks) {
    std::size_t end = disk.path.find("\\tbx\\");
    if (end != std::string::npos) {
      return disk.path.substr(0, end);
    }
  }
  return {};
}

struct Sizes {
  int cpus = 0;
  std::int64_t memory_mib = 0;
};

Result<Sizes> parse_sizes(Words words) {
  Sizes sizes;
  for (const std::string& word : words) {
    std::string name = word.substr(0, word.find('='));
    std::string value = word.find('=') == std::string::npos ? "" : word.substr(name.size() + 1);
    if (name == "cpus") {
      sizes.cpus = std::atoi(value.c_str());
      if (sizes.cpus < 1 || sizes.cpus > 1024) {
        return failure(ErrorKind::rejected, fmt::format("\"{}\" is no number of CPUs: cpus=4", value));
      }
    } else if (name == "memory") {
      auto memory = parse_memory_mib(value);
      if (!memory) {
        return failure(ErrorKind::rejected, memory.error());
      }
      sizes.memory_mib = *memory;
    } else {
      const std::vector<std::string> known{"cpus", "memory"};
      return failure(ErrorKind::rejected,
                     fmt::format("\"{}\" can't be set{}: cpus=4 memory=8Gi", name, did_you_mean(name, known)));
    }
  }
  return sizes;
}

}  // namespace

tl::unexpected<Error> not_there(const char* what, const std::string& name, const std::vector<std::string>& names) {
  return failure(ErrorKind::rejected, fmt::format("there is no {} \"{}\"{}", what, name, did_you_mean(name, names)));
}

Result<std::string> cut_power(LiveWorld& live, Words arguments) {
  return machine_of(live.world, arguments[0]).map([&](const std::string& key) {
    power_off(live, key);
    return fmt::format("machine {} is off", arguments[0]);
  });
}

Result<std::string> give_power(LiveWorld& live, Words arguments) {
  auto key = machine_of(live.world, arguments[0]);
  if (!key) {
    return tl::unexpected(key.error());
  }
  if (!live.world.disks.contains(live.world.machines.at(*key).disk)) {
    return failure(ErrorKind::rejected, fmt::format("machine {} can't start: its disk is gone", arguments[0]));
  }
  power_on(live, *key);
  return fmt::format("machine {} starts", arguments[0]);
}

Result<std::string> take_machine(LiveWorld& live, Words arguments) {
  auto key = machine_of(live.world, arguments[0]);
  if (!key) {
    return tl::unexpected(key.error());
  }
  power_off(live, *key);
  SimMachine machine = live.world.machines.at(*key);
  if (live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).attached_to.clear();
  }
  remove_machine(live, *key);
  settle_after_loss(live, machine.mark.cluster, machine.name);
  return fmt::format("machine {} ({}) is deleted; its disk stays", machine.name, machine.id);
}

Result<std::string> take_disk(LiveWorld& live, Words arguments) {
  std::vector<std::string> disks = disks_of_node(live.world, arguments[0]);
  if (disks.empty()) {
    std::vector<std::string> names;
    for (const auto& [key, disk] : live.world.disks) {
      names.push_back(disk.node);
    }
    return not_there("disk of", arguments[0], names);
  }
  std::string path = live.world.disks.at(disks.front()).path;
  std::string cluster = live.world.disks.at(disks.front()).mark.cluster;
  for (const std::string& key : machines_named(live.world, arguments[0])) {
    if (live.world.machines.at(key).disk == disks.front()) {
      power_off(live, key);
      change_machine(live, key).disk.clear();
    }
  }
  remove_disk(live, disks.front());
  settle_after_loss(live, cluster, arguments[0]);
  return fmt::format("disk {} is deleted", path);
}

Result<std::string> leave_disk(LiveWorld& live, Words arguments) {
  bool foreign = arguments.size() == 2;
  if (foreign && arguments[1] != "--foreign") {
    return failure(ErrorKind::rejected,
                   fmt::format("\"{}\" is not known: --foreign leaves one without our mark", arguments[1]));
  }
  const std::string& node = arguments[0];
  SimDisk disk;
  disk.node = node;
  disk.path = disk_path(known_folder(live.world), folder_of(live.world, node), node);
  if (live.world.disks.contains(disk_key(node, disk.path))) {
    return failure(ErrorKind::rejected,
                   fmt::format("{} has a disk: delete-machine {} would leave it behind", node, node));
  }
  disk.was_booted = true;
  disk.mark = foreign ? Mark{} : old_mark(live, node);
  bool ours = !disk.mark.cluster.empty();
  add_disk(live, disk);
  return fmt::format("disk {} lies there, {}", disk.path, ours ? "with our mark" : "without our mark");
}

Result<std::string> make_foreign_machine(LiveWorld& live, Words arguments) {
  SimDisk disk;
  disk.node = arguments[0];
  std::uint64_t number = ++live.world.clock.machines_made;
  disk.path = fmt::format("C:\\VMs\\{}\\{}-{}.vhdx", arguments[0], arguments[0], number);
  SimMachine machine;
  machine.name = arguments[0];
  machine.id = draw_guid(live);
  machine.bios_guid = draw_guid(live);
  machine.mac = fmt::format("00:15:5d:{0:02x}:{1:02x}:01", number / 256 % 256, number % 256);
  machine.switch_name = live.world.host.switch_name;
  machine.disk = disk_key(disk.node, disk.path);
  machine.power = Power::running;
  machine.guest.address = lease_address(live, machine);
  disk.attached_to = machine.id;
  disk.was_booted = true;
  std::string id = machine.id;
  add_disk(live, std::move(disk));
  add_machine(live, std::move(machine));
  return fmt::format("machine {} ({}) is there, without a mark of tbx", arguments[0], id);
}

Result<std::string> set_sizes(LiveWorld& live, Words arguments) {
  auto key = machine_of(live.world, arguments[0]);
  if (!key) {
    return tl::unexpected(key.error());
  }
  auto sizes = parse_sizes(arguments.subspan(1));
  if (!sizes) {
    return tl::unexpected(sizes.error());
  }
  // Somebody turned it off, changed it and started it again, and it has come up since.
  SimMachine& machine = change_machine(live, *key);
  machine.cpu_count = sizes->cpus > 0 ? sizes->cpus : machine.cpu_count;
  machine.memory_mib = sizes->memory_mib > 0 ? sizes->memory_mib : machine.memory_mib;
  return fmt::format("machine {} has {} CPU{} and {} MiB", machine.name, machine.cpu_count,
                     machine.cpu_count == 1 ? "" : "s", machine.memory_mib);
}

Result<std::string> remake_machine(LiveWorld& live, Words arguments) {
  auto key = machine_of(live.world, arguments[0]);
  if (!key) {
    return tl::unexpected(key.error());
  }
  // The notes and the file beside the disk were copied, as somebody would who wants it back.
  SimMachine machine = live.world.machines.at(*key);
  remove_machine(live, *key);
  machine.id = draw_guid(live);
  machine.bios_guid = draw_guid(live);
  if (live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).attached_to = machine.id;
  }
  const SimMachine& made = add_machine(live, std::move(machine));
  std::string uuid = made.bios_guid;
  settle_machine(live, machine_key(made.name, made.id));
  return fmt::format("machine {} is another VM now, with the UUID {}", arguments[0], uuid);
}

Result<std::string> readdress(LiveWorld& live, Words arguments) {
  std::string before = live.world.host.subnet;
  if (arguments.empty()) {
    move_subnet(live);
  } else {
    auto subnet = parse_ipv4_network(arguments[0]);
    if (!subnet || subnet->prefix_length > 27) {
      return failure(ErrorKind::rejected,
                     subnet ? fmt::format("{} has too few addresses for a switch", arguments[0]) : subnet.error());
    }
    move_to_subnet(live, *subnet);
  }
  return fmt::format("the switch's subnet was {} and is {}; every running machine has a new address", before,
                     live.world.host.subnet);
}

}  // namespace tbx::sim
