// What is ours and no longer wanted goes: in the order that keeps the cluster alive.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

Step delete_node(Planning& planning, const KubernetesNode& node, const std::string& reason, Step after) {
  return planning.builder.add({DeleteNode{node.name, node.system_uuid},
                               reason,
                               Impact::none,
                               {{"node", json_text("present"), json_text("absent")}}},
                              {after});
}

void delete_disk(Planning& planning, const Disk& disk, const std::string& reason, Step after) {
  planning.builder.add({DeleteDisk{disk.node, disk.path},
                        reason,
                        Impact::data_loss,
                        {{"disk", json_text("present"), json_text("absent")}}},
                       {after});
}

bool is_wanted(const std::set<std::string, std::less<>>& names, const std::string& name) {
  return names.contains(name);
}

/// Nodes that nothing stands behind any more: left by a removal that was cut off, or by a VM deleted by hand.
void delete_stale_nodes(Planning& planning, const std::set<std::string, std::less<>>& wanted) {
  for (const KubernetesNode& node : planning.found.kubernetes.nodes) {
    bool has_machine = our_machine(planning.found, planning.wanted, node.name) != nullptr;
    if (!is_wanted(wanted, node.name) && !has_machine && node.name.starts_with(planning.wanted.name + "-")) {
      delete_node(planning, node, fmt::format("Node {} is not in the file and has no machine", node.name), {});
    }
  }
}

}  // namespace

Step plan_machine_removal(Planning& planning, const Machine& machine, const std::string& reason) {
  PlanBuilder& builder = planning.builder;
  Step deleted = builder.add({DeleteMachine{machine.name, machine.id},
                              reason,
                              Impact::data_loss,
                              {{"machine", json_text("present"), json_text("absent")}}});
  if (builder.is_refused(deleted)) {
    return deleted;
  }
  const KubernetesNode* node = kubernetes_node(planning.found.kubernetes, machine.name);
  Step last;
  if (node != nullptr && node->ready && machine.power == Power::running) {
    last = builder.add({DrainNode{machine.name}, reason, Impact::disruptive});
  }
  if (machine.power != Power::off) {
    last = builder.add({StopMachine{machine.name, machine.id}, reason, Impact::restart}, {last});
  }
  if (node != nullptr) {
    last = delete_node(planning, *node, reason, last);
  }
  builder.order(last, deleted);
  return deleted;
}

void plan_removals(Planning& planning) {
  // Without the API nothing can be drained, and no Node deleted: wait until it answers.
  if (!planning.kubernetes_known()) {
    return;
  }
  std::set<std::string, std::less<>> wanted;
  std::ranges::transform(planning.wanted.nodes, std::inserter(wanted, wanted.end()), &NodeSpec::name);
  std::map<std::string, Step> removed;
  for (const Machine& machine : planning.found.host.machines) {
    if (!is_wanted(wanted, machine.name) && is_ours(machine.mark, planning.wanted, planning.found.credentials)) {
      removed[machine.name] =
          plan_machine_removal(planning, machine, fmt::format("{} is not in the file", machine.name));
    }
  }
  for (const Disk& disk : planning.found.host.disks) {
    if (is_wanted(wanted, disk.node) || !is_ours(disk.mark, planning.wanted, planning.found.credentials)) {
      continue;
    }
    auto machine = removed.find(disk.node);
    bool is_kept = machine != removed.end() && planning.builder.is_refused(machine->second);
    if (!is_kept) {
      delete_disk(planning, disk, fmt::format("{} is not in the file", disk.node),
                  machine == removed.end() ? Step{} : machine->second);
    }
  }
  delete_stale_nodes(planning, wanted);
}

}  // namespace tbx
