// What a tool leaves behind that was killed in the middle of its work.
#include <fmt/format.h>

#include "providers/sim/perform.h"
#include "providers/sim/rules.h"

namespace tbx::sim {

namespace {

/// Of these a kill leaves nothing, or all of it: they are one call to the system.
template <class T>
void half(LiveWorld&, const T&, const Setting&) {}

/// Helm notes what it begins, and its end.
void leave_pending(LiveWorld& live, const std::string& release, const char* status, const Setting& setting) {
  change_release(live, setting.spec.name, release).status = status;
}

void half(LiveWorld& live, const InstallRelease& op, const Setting& setting) {
  if (effect(live, op, setting)) {
    leave_pending(live, op.target, "pending-install", setting);
  }
}

void half(LiveWorld& live, const UpgradeRelease& op, const Setting& setting) {
  if (effect(live, op, setting)) {
    leave_pending(live, op.target, "pending-upgrade", setting);
  }
}

/// New-VM was called, and what comes after it was not.
void half(LiveWorld& live, const CreateMachine& op, const Setting& setting) {
  bool was_there = !our_machine_key(live.world, op.target, setting).empty();
  if (was_there || !effect(live, op, setting)) {
    return;
  }
  SimMachine& machine = change_machine(live, our_machine_key(live.world, op.target, setting));
  machine.cpu_count = 1;
  machine.memory_mib = 512;
  machine.mark.bios_guid.clear();
}

/// Cordoned, with all its pods.
void half(LiveWorld& live, const DrainNode& op, const Setting& setting) {
  const SimCluster* cluster = cluster_named(live.world, setting.spec.name);
  if (api_must_answer(live.world, setting.spec.name) && cluster->nodes.contains(op.target)) {
    change_node(live, setting.spec.name, op.target).unschedulable = true;
  }
}

/// Off the list, with its data still on the disk.
void half(LiveWorld& live, const LeaveEtcd& op, const Setting& setting) {
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return;
  }
  Installed before = live.world.disks.at(live.world.machines.at(*key).disk).installed;
  if (effect(live, op, setting)) {
    change_disk(live, live.world.machines.at(*key).disk).installed = before;
  }
}

/// The API server is new, and the first kubelets.
void half(LiveWorld& live, const UpgradeKubernetes& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  std::map<std::string, SimNode> before;
  if (const SimCluster* found = cluster_named(live.world, cluster)) {
    before = found->nodes;
  }
  if (!effect(live, op, setting)) {
    return;
  }
  std::size_t done = 0;
  for (const auto& [name, node] : before) {
    if (++done > before.size() / 2) {
      run_kubelet_of(live, cluster, name, node.kubelet_version);
    }
  }
}

}  // namespace

void perform_half(LiveWorld& live, const Op& op, const Setting& setting) {
  std::visit([&](const auto& each) { half(live, each, setting); }, op);
}

}  // namespace tbx::sim
