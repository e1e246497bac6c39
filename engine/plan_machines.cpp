// Secrets, image, disks and machines: everything until the VM runs.
#include <algorithm>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

std::string image_name(const Planning& planning) {
  const ClusterSpec& wanted = planning.wanted;
  const std::string& arch = wanted.arch.empty() ? planning.found.host.arch : wanted.arch;
  std::string name = fmt::format("{}-{}", planning.releases.for_new_nodes, arch.empty() ? "amd64" : arch);
  return wanted.schematic.empty() ? name : name + "-" + wanted.schematic.substr(0, 8);
}

/// The GUID comes into the mark at the end of the making, when all else is as wanted.
bool is_half_made(const Machine& machine) { return machine.mark.bios_guid.empty(); }

Step image_step(Planning& planning) {
  std::string image = image_name(planning);
  if (planning.image.exists() || std::ranges::binary_search(planning.found.host.images, image)) {
    return planning.image;
  }
  planning.image = planning.builder.add({DownloadImage{image},
                                         fmt::format("boot image {} is not in the cache", image),
                                         Impact::none,
                                         {{"image", json_text("absent"), json_text("present")}}});
  return planning.image;
}

Mark new_mark(const Planning& planning, const NodePlan& node) {
  const NodeAddress& own = planning.network.nodes.at(node.spec->name);
  return {planning.wanted.name,
          planning.found.credentials.cluster_id,
          node.spec->name,
          own.mac,
          "",
          own.address,
          planning.network.subnet,
          planning.was_bootstrapped ? BootstrapMark::bootstrapped : BootstrapMark::none};
}

/// A worker's old disk makes way for a fresh one; what may hold etcd's data, or is protected, is kept.
bool is_stale(const Planning& planning, const NodePlan& node) {
  // A half-made VM that holds it is gone on with; nothing is taken away under it.
  if (node.machine != nullptr && is_half_made(*node.machine) && !node.disk->attached_to.empty()) {
    return false;
  }
  if (node.is_replaced || node.gives_up_data) {
    return true;
  }
  bool keeps_data = node.spec->role == Role::control_plane || is_protected(planning.wanted, node.spec->name);
  if (node.disk->was_booted) {
    return !keeps_data;
  }
  // 0: it can't be opened now, which says nothing of its size.
  return node.disk->size_gib > 0 && node.disk->size_gib != node.spec->disk_gib;
}

Step disk_step(Planning& planning, const NodePlan& node, Step after) {
  const std::string& name = node.spec->name;
  Step removed = after;
  if (node.disk != nullptr && is_ours(node.disk->mark, planning.wanted, planning.found.credentials)) {
    if (!is_stale(planning, node)) {
      return after;
    }
    removed =
        planning.builder.add({DeleteDisk{name, node.disk->path, node.is_replaced},
                              node.is_replaced ? fmt::format("{} is to be made anew", name)
                                               : fmt::format("a disk of {} without its machine is in the way", name),
                              Impact::data_loss,
                              {{"disk", json_text(node.is_replaced ? "present" : "orphaned"), json_text("absent")}},
                              &planning.membership},
                             {after, planning.secrets});
  }
  return planning.builder.add({CreateDisk{name, node.spec->disk_gib, new_mark(planning, node)},
                               fmt::format("disk of {} is absent", name),
                               Impact::none,
                               {{"disk", json_text("absent"), json_text(fmt::format("{}Gi", node.spec->disk_gib))}}},
                              {removed, planning.secrets});
}

/// What keeps the node from being made: asked before anything of it is deleted. None: nothing.
Step obstacle_to(Planning& planning, const NodePlan& node) {
  if (planning.no_new_nodes.exists()) {
    return planning.no_new_nodes;
  }
  CreateMachine machine = creation_of(planning, node);
  auto refusal = planning.builder.why_refused(machine);
  if (!refusal) {
    return {};
  }
  return planning.builder.refuse(std::move(machine), std::move(*refusal));
}

/// From nothing, or around a disk of ours, to a VM that runs.
void create(Planning& planning, NodePlan& node, Step after) {
  const std::string& name = node.spec->name;
  Step obstacle = obstacle_to(planning, node);
  after = obstacle.exists() ? obstacle : after;
  bool keeps_disk = node.disk != nullptr && is_ours(node.disk->mark, planning.wanted, planning.found.credentials) &&
                    !is_stale(planning, node);
  node.boot = keeps_disk && node.disk->was_booted ? Boot::restarts : Boot::blank;
  if (node.boot == Boot::blank && node.spec->role == Role::control_plane && planning.quorum_lost.exists()) {
    after = planning.quorum_lost;
  }
  if (node.kubernetes != nullptr && node.machine == nullptr && node.boot == Boot::blank) {
    after = planning.builder.add({DeleteNode{name, node.kubernetes->system_uuid},
                                  fmt::format("the machine behind Node {} is gone", name),
                                  Impact::none,
                                  {{"node", json_text("stale"), json_text("absent")}}},
                                 {after});
  }
  Step disk = disk_step(planning, node, after);
  node.machine_made = obstacle;
  if (!obstacle.exists() || planning.no_new_nodes.exists()) {
    std::string reason = node.machine == nullptr       ? fmt::format("machine {} is absent", name)
                         : is_half_made(*node.machine) ? fmt::format("machine {} was made only half", name)
                                                       : fmt::format("machine {} is made anew", name);
    node.machine_made = planning.builder.add({creation_of(planning, node),
                                              std::move(reason),
                                              Impact::none,
                                              {{"machine", json_text("absent"), json_text("present")}}},
                                             {disk, image_step(planning), planning.secrets});
  }
  node.running =
      planning.builder.add({StartMachine{name, ""}, fmt::format("machine {} will be new", name)}, {node.machine_made});
}

std::vector<Change> size_changes(const NodePlan& node) {
  std::vector<Change> changes;
  if (node.machine->cpu_count != node.spec->cpu_count) {
    changes.push_back({"cpus", json_text(node.machine->cpu_count), json_text(node.spec->cpu_count)});
  }
  if (node.machine->memory_mib != node.spec->memory_mib) {
    changes.push_back({"memoryMiB", json_text(node.machine->memory_mib), json_text(node.spec->memory_mib)});
  }
  return changes;
}

std::string size_reason(const NodePlan& node, const std::vector<Change>& changes) {
  std::string reason = fmt::format("machine {} has ", node.spec->name);
  for (const Change& change : changes) {
    reason += fmt::format("{}{} {} instead of {}", &change == &changes.front() ? "" : ", ", change.field, change.from,
                          change.to);
  }
  return reason;
}

/// Drained where its pods have somewhere to go, and stopped.
Step stop(Planning& planning, NodePlan& node, const std::string& reason) {
  const std::string& name = node.spec->name;
  StopMachine stop{name, node.machine->id};
  if (!planning.builder.why_refused(stop, &planning.settled)) {
    node.drained = plan_drain(planning, node, reason);
    node.led = plan_hand_over(planning, node, reason, node.drained);
  }
  node.stopped =
      planning.builder.add({std::move(stop), reason, Impact::restart, {}, &planning.settled}, {node.drained, node.led});
  for (Step first : {node.drained, node.led, node.stopped}) {
    node.disturbed = node.disturbed.exists() ? node.disturbed : first;
  }
  return node.stopped;
}

/// CPUs, memory and disk need the VM off. Returns the last step, or none when the sizes are right.
Step resize(Planning& planning, NodePlan& node) {
  std::vector<Change> sizes = size_changes(node);
  bool grows = node.disk != nullptr && node.disk->size_gib > 0 && node.disk->size_gib < node.spec->disk_gib;
  if (node.disk != nullptr && node.disk->size_gib > node.spec->disk_gib) {
    planning.builder.refuse(
        GrowDisk{node.spec->name, node.disk->path, node.spec->disk_gib},
        {"disk-shrink", fmt::format("the disk of {} has {}Gi, and a disk is never made smaller: set "
                                    "disk to {}Gi or more",
                                    node.spec->name, node.disk->size_gib, node.disk->size_gib)});
  }
  if ((sizes.empty() && !grows) || !may_be_stopped(planning, node)) {
    return {};
  }
  std::string reason = grows && sizes.empty() ? fmt::format("the disk of {} has {}Gi instead of {}Gi", node.spec->name,
                                                            node.disk->size_gib, node.spec->disk_gib)
                                              : size_reason(node, sizes);
  Step last = node.machine->power == Power::off ? Step{} : stop(planning, node, reason);
  if (!sizes.empty()) {
    last = planning.builder.add(
        {ResizeMachine{node.spec->name, node.machine->id, node.spec->cpu_count, node.spec->memory_mib}, reason,
         Impact::restart, sizes},
        {last});
  }
  if (grows) {
    last = planning.builder.add({GrowDisk{node.spec->name, node.disk->path, node.spec->disk_gib},
                                 reason,
                                 Impact::restart,
                                 {{"diskGiB", json_text(node.disk->size_gib), json_text(node.spec->disk_gib)}}},
                                {last});
  }
  return last;
}

std::string power_word(Power power) {
  switch (power) {
    case Power::off:
      return "off";
    case Power::running:
      return "running";
    case Power::saved:
      return "saved";
    case Power::paused:
      return "paused";
    case Power::transition:
      return "changing its power state";
  }
  return "unknown";
}

/// An existing machine: right sizes, and on.
void bring_into_shape(Planning& planning, NodePlan& node) {
  const Machine& machine = *node.machine;
  Step resized = resize(planning, node);
  if (!resized.exists() && machine.power == Power::running) {
    return;
  }
  std::vector<Change> changes;
  std::string reason = fmt::format("machine {} is stopped for its new size", node.spec->name);
  if (machine.power != Power::running) {
    changes.push_back({"power", json_text(power_word(machine.power)), json_text("running")});
    reason = fmt::format("machine {} is {}", node.spec->name, power_word(machine.power));
  }
  node.boot = node.disk != nullptr && !node.disk->was_booted ? Boot::blank : Boot::restarts;
  node.running =
      planning.builder.add({StartMachine{node.spec->name, machine.id}, reason, Impact::none, changes}, {resized});
}

/// Taken away as a whole, and made again. Nothing is taken away that can't be made again.
void make_anew(Planning& planning, NodePlan& node, const std::string& reason) {
  bool has_nothing = node.disk == nullptr;
  auto removed = obstacle_to(planning, node).exists()
                     ? std::nullopt
                     : plan_machine_removal(planning, *node.machine, {reason, node.is_replaced});
  if (removed) {
    create(planning, node, removed->deleted);
    node.disturbed = removed->begin;
  } else if (has_nothing) {
    node.boot = Boot::never;
  }
}

}  // namespace

CreateMachine creation_of(const Planning& planning, const NodePlan& node) {
  return {node.spec->name,      node.spec->cpu_count,    node.spec->memory_mib, planning.wanted.hyperv.switch_name,
          image_name(planning), new_mark(planning, node)};
}

bool may_be_stopped(const Planning& planning, const NodePlan& node) {
  auto is_control_plane = [](const NodePlan& other) { return other.spec->role == Role::control_plane; };
  bool is_only_one = is_control_plane(node) && std::ranges::count_if(planning.nodes, is_control_plane) == 1;
  bool may_be_asked = planning.kubernetes_known() || is_only_one;
  return node.machine->power == Power::off || (may_be_asked && planning.talos_known());
}

void plan_secrets(Planning& planning) {
  if (planning.found.credentials.secrets == Presence::present) {
    return;
  }
  const std::string& cluster = planning.wanted.name;
  planning.secrets = planning.builder.add({GenerateSecrets{cluster},
                                           fmt::format("cluster {} has no secrets", cluster),
                                           Impact::none,
                                           {{"secrets", json_text("absent"), json_text("present")}}});
}

void plan_machines(Planning& planning) {
  for (Refusal& refusal : planning.network.refusals) {
    planning.builder.refuse(AwaitAddress{planning.wanted.name}, refusal);
  }
  for (NodePlan& node : planning.nodes) {
    if (node.machine == nullptr || (node.disk != nullptr && is_half_made(*node.machine))) {
      create(planning, node, member_removal_of(planning, node.spec->name));
    } else if ((node.disk == nullptr || node.is_replaced) && !may_be_stopped(planning, node)) {
      continue;
    } else if (node.disk == nullptr) {
      make_anew(planning, node, fmt::format("the disk of {} is gone", node.spec->name));
    } else if (node.is_replaced) {
      make_anew(planning, node, fmt::format("{} is to be made anew", node.spec->name));
    } else {
      bring_into_shape(planning, node);
    }
  }
}

}  // namespace tbx
