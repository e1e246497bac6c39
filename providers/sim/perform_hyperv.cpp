// Hyper-V: names that are not unique, disks that survive their VM, and what can't be changed while it runs.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/perform.h"
#include "providers/sim/rules.h"

namespace tbx::sim {

namespace {

tl::unexpected<Error> no_machine(const std::string& node) {
  return failure(ErrorKind::rejected, fmt::format("there is no machine {}", node),
                 fmt::format("Hyper-V was unable to find a virtual machine with name \"{}\".", node));
}

/// The VM with this ID, else (without one) our VM of this name. Empty: none.
std::string find_machine(const World& world, const std::string& node, const std::string& id, const Setting& setting) {
  if (id.empty()) {
    return our_machine_key(world, node, setting);
  }
  std::string key = machine_key(node, id);
  return world.machines.contains(key) ? key : "";
}

bool same_thing(const Mark& left, const Mark& right) {
  return left.cluster == right.cluster && left.node == right.node;
}

Mark completed(Mark mark, const Setting& setting) {
  mark.cluster_id = mark.cluster_id.empty() ? known_cluster_id(setting) : mark.cluster_id;
  return mark;
}

/// The disk in the node's folder that carries this cluster's mark.
std::string our_disk(const World& world, const Mark& mark) {
  for (std::string& key : disks_of_node(world, mark.node)) {
    if (same_thing(world.disks.at(key).mark, mark)) {
      return std::move(key);
    }
  }
  return {};
}

tl::unexpected<Error> while_running(const std::string& what, const SimMachine& machine) {
  return failure(ErrorKind::rejected, fmt::format("{} {} is not possible while it is running", what, machine.name),
                 fmt::format("The operation cannot be performed while the virtual machine is in its current state. "
                             "Virtual machine ID {}",
                             machine.id));
}

void mark_machine(LiveWorld& live, const std::string& key, BootstrapMark bootstrap) {
  SimMachine& machine = change_machine(live, key);
  machine.mark.bootstrap = bootstrap;
  if (live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).mark.bootstrap = bootstrap;
  }
}

/// Goes on where a tool that was killed stopped.
Status complete(LiveWorld& live, const std::string& key, const CreateMachine& op) {
  if (!live.world.machines.at(key).mark.bios_guid.empty()) {
    return {};
  }
  SimMachine& machine = change_machine(live, key);
  machine.cpu_count = op.cpu_count;
  machine.memory_mib = op.memory_mib;
  machine.mark.bios_guid = machine.bios_guid;
  if (live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).mark = machine.mark;
  }
  return {};
}

SimMachine made_from(const CreateMachine& op, const Mark& mark) {
  SimMachine machine;
  machine.name = op.target;
  machine.cpu_count = op.cpu_count;
  machine.memory_mib = op.memory_mib;
  machine.switch_name = op.switch_name;
  machine.image = op.image;
  machine.mark = mark;
  machine.mac = mark.mac;
  return machine;
}

}  // namespace

Status effect(LiveWorld& live, const DownloadImage& op, const Setting&) {
  if (!std::ranges::binary_search(live.world.host.images, op.target)) {
    auto& images = change_host(live).images;
    images.push_back(op.target);
    std::ranges::sort(images);
  }
  return {};
}

Status effect(LiveWorld& live, const CreateDisk& op, const Setting& setting) {
  std::string path = disk_path(setting.spec.hyperv.path, setting.spec.name, op.target);
  auto existing = live.world.disks.find(disk_key(op.target, path));
  if (existing != live.world.disks.end()) {
    if (same_thing(existing->second.mark, op.mark)) {
      return {};
    }
    return failure(ErrorKind::rejected, fmt::format("the disk {} exists already", path),
                   "Failed to create the virtual hard disk. The file exists. (0x80070050)");
  }
  SimDisk disk;
  disk.node = op.target;
  disk.path = path;
  disk.size_gib = op.size_gib;
  disk.mark = completed(op.mark, setting);
  add_disk(live, std::move(disk));
  return {};
}

Status effect(LiveWorld& live, const GrowDisk& op, const Setting&) {
  std::string key = disk_key(op.target, op.path);
  auto place = live.world.disks.find(key);
  if (place == live.world.disks.end()) {
    return failure(ErrorKind::rejected, fmt::format("there is no disk {}", op.path));
  }
  if (place->second.size_gib < op.size_gib) {
    change_disk(live, key).size_gib = op.size_gib;
  }
  return {};
}

Status effect(LiveWorld& live, const DeleteDisk& op, const Setting&) {
  std::string key = disk_key(op.target, op.path);
  auto place = live.world.disks.find(key);
  if (place == live.world.disks.end()) {
    return {};
  }
  if (!place->second.attached_to.empty()) {
    return failure(ErrorKind::rejected, fmt::format("the disk {} is in use by a VM", op.path),
                   "The process cannot access the file because it is being used by another process. (0x80070020)");
  }
  std::string cluster = place->second.installed.cluster;
  remove_disk(live, key);
  settle_after_loss(live, cluster, op.target);
  return {};
}

Status effect(LiveWorld& live, const CreateMachine& op, const Setting& setting) {
  if (const std::string key = our_machine_key(live.world, op.target, setting); !key.empty()) {
    return complete(live, key, op);
  }
  if (op.switch_name != live.world.host.switch_name) {
    return failure(ErrorKind::rejected, fmt::format("the host has no switch \"{}\"", op.switch_name),
                   fmt::format("Hyper-V was unable to find a virtual switch with name \"{}\".", op.switch_name));
  }
  if (!op.image.empty() && !std::ranges::binary_search(live.world.host.images, op.image)) {
    return failure(ErrorKind::rejected, fmt::format("the boot image {} is not on the host", op.image),
                   "The specified path does not exist. (0x80070003)");
  }
  std::string disk = our_disk(live.world, op.mark);
  if (disk.empty() || !live.world.disks.at(disk).attached_to.empty()) {
    return failure(ErrorKind::rejected, fmt::format("there is no free disk for {}", op.target),
                   "The system cannot find the file specified. (0x80070002)");
  }
  SimMachine machine = made_from(op, completed(op.mark, setting));
  machine.id = draw_guid(live);
  machine.bios_guid = op.mark.bios_guid.empty() ? draw_guid(live) : op.mark.bios_guid;
  machine.mark.bios_guid = machine.bios_guid;
  machine.disk = disk;
  SimDisk& attached = change_disk(live, disk);
  attached.attached_to = machine.id;
  attached.mark = machine.mark;
  add_machine(live, std::move(machine));
  return {};
}

Status effect(LiveWorld& live, const ResizeMachine& op, const Setting& setting) {
  std::string key = find_machine(live.world, op.target, op.machine_id, setting);
  if (key.empty()) {
    return no_machine(op.target);
  }
  const SimMachine& machine = live.world.machines.at(key);
  if (machine.cpu_count == op.cpu_count && machine.memory_mib == op.memory_mib) {
    return {};
  }
  if (machine.power != Power::off) {
    return while_running("resizing", machine);
  }
  if (op.memory_mib % 2 != 0) {
    return failure(ErrorKind::rejected, fmt::format("the memory of {} must be an even number of MiB", op.target));
  }
  SimMachine& changed = change_machine(live, key);
  changed.cpu_count = op.cpu_count;
  changed.memory_mib = op.memory_mib;
  return {};
}

Status effect(LiveWorld& live, const StartMachine& op, const Setting& setting) {
  std::string key = find_machine(live.world, op.target, op.machine_id, setting);
  if (key.empty()) {
    return no_machine(op.target);
  }
  if (!live.world.disks.contains(live.world.machines.at(key).disk)) {
    return failure(ErrorKind::rejected, fmt::format("machine {} can't start: its disk is gone", op.target),
                   "Synthetic SCSI Controller: Attachment not found. The system cannot find the file specified. "
                   "(0x80070002)");
  }
  power_on(live, key);
  return {};
}

Status effect(LiveWorld& live, const StopMachine& op, const Setting& setting) {
  std::string key = find_machine(live.world, op.target, op.machine_id, setting);
  if (key.empty()) {
    return no_machine(op.target);
  }
  if (live.world.machines.at(key).power != Power::off) {
    power_off(live, key);
  }
  return {};
}

Status effect(LiveWorld& live, const DeleteMachine& op, const Setting& setting) {
  std::string key = find_machine(live.world, op.target, op.machine_id, setting);
  if (key.empty()) {
    return {};
  }
  SimMachine machine = live.world.machines.at(key);
  if (machine.power != Power::off) {
    return while_running("deleting", machine);
  }
  if (live.world.disks.contains(machine.disk)) {
    change_disk(live, machine.disk).attached_to.clear();
  }
  remove_machine(live, key);
  settle_after_loss(live, machine.mark.cluster, machine.name);
  return {};
}

Status effect(LiveWorld& live, const MarkBootstrapping& op, const Setting& setting) {
  std::string key = our_machine_key(live.world, op.target, setting);
  if (key.empty()) {
    return no_machine(op.target);
  }
  if (live.world.machines.at(key).mark.bootstrap == BootstrapMark::none) {
    mark_machine(live, key, BootstrapMark::bootstrapping);
  }
  return {};
}

Status effect(LiveWorld& live, const MarkBootstrapped& op, const Setting& setting) {
  std::string key = our_machine_key(live.world, op.target, setting);
  if (key.empty()) {
    return no_machine(op.target);
  }
  if (live.world.machines.at(key).mark.bootstrap != BootstrapMark::bootstrapped) {
    mark_machine(live, key, BootstrapMark::bootstrapped);
  }
  return {};
}

}  // namespace tbx::sim
