// What is ours and no longer wanted goes: in the order that keeps the cluster alive.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/planning.h"
#include "specs/ip.h"

namespace tbx {

namespace {

Step delete_disk(Planning& planning, const Disk& disk, const std::string& reason, Step after) {
  return planning.builder.add({DeleteDisk{disk.node, disk.path},
                               reason,
                               Impact::data_loss,
                               {{"disk", json_text("present"), json_text("absent")}},
                               &planning.membership},
                              {after});
}

bool is_wanted(const std::set<std::string, std::less<>>& names, const std::string& name) {
  return names.contains(name);
}

/// By its address: one that is for life, and that no other machine has.
bool was_ours(const Planning& planning, const KubernetesNode& node) {
  auto subnet = parse_ipv4_network(planning.network.subnet);
  auto address = parse_ipv4_address(node.internal_address);
  return subnet && address && contains(*subnet, *address);
}

/// Nodes that nothing stands behind any more: left by a removal that was cut off, or by a VM deleted by hand. One that
/// is Ready may have a machine somewhere else: whether it has shows within a minute.
void delete_stale_nodes(Planning& planning, const std::set<std::string, std::less<>>& wanted) {
  for (const KubernetesNode& node : planning.found.kubernetes.nodes) {
    bool has_machine = our_machine(planning.found, planning.wanted, node.name) != nullptr;
    if (is_wanted(wanted, node.name) || has_machine || !node.name.starts_with(planning.wanted.name + "-") ||
        (node.ready && !was_ours(planning, node))) {
      continue;
    }
    Step free = member_removal_of(planning, node.name);
    if (node.ready) {
      free = planning.builder.add(
          {AwaitNodeLost{node.name}, fmt::format("Node {} is Ready still, and its machine is gone", node.name)},
          {free});
    }
    planning.stale_nodes_gone.push_back(plan_node_deletion(
        planning, node, fmt::format("Node {} is not in the file and has no machine", node.name), free));
  }
}

bool is_healthy_member(const Planning& planning, const Machine* machine) {
  const EtcdMember* member = member_of(planning.membership, machine->name);
  return member != nullptr && member->healthy;
}

/// Workers first, they are many and in nobody's way; then control planes that are no help to etcd, then the others,
/// from the highest number down.
std::vector<const Machine*> unwanted_machines(const Planning& planning,
                                              const std::set<std::string, std::less<>>& wanted) {
  std::vector<const Machine*> workers;
  std::vector<const Machine*> control_planes;
  for (const Machine& machine : planning.found.host.machines) {
    if (!is_wanted(wanted, machine.name) && is_ours(machine.mark, planning.wanted, planning.found.credentials)) {
      bool is_control_plane = is_control_plane_name(planning.wanted, machine.name);
      (is_control_plane ? control_planes : workers).push_back(&machine);
    }
  }
  std::ranges::reverse(control_planes);
  std::ranges::stable_partition(control_planes,
                                [&](const Machine* each) { return !is_healthy_member(planning, each); });
  workers.insert(workers.end(), control_planes.begin(), control_planes.end());
  return workers;
}

}  // namespace

void plan_removals(Planning& planning) {
  // Without the API nothing can be drained, and no Node deleted, and without Talos nothing stopped: wait until they
  // answer.
  if (!planning.kubernetes_known() || !planning.talos_known()) {
    return;
  }
  std::set<std::string, std::less<>> wanted;
  std::ranges::transform(planning.wanted.nodes, std::inserter(wanted, wanted.end()), &NodeSpec::name);
  std::map<std::string, Step> gone;  // by node
  std::set<std::string> kept;
  for (const Machine* machine : unwanted_machines(planning, wanted)) {
    auto removed = plan_machine_removal(planning, *machine, {fmt::format("{} is not in the file", machine->name)});
    if (removed) {
      gone[machine->name] = removed->deleted;
    } else {
      kept.insert(machine->name);
    }
  }
  for (const Disk& disk : planning.found.host.disks) {
    if (is_wanted(wanted, disk.node) || kept.contains(disk.node) ||
        !is_ours(disk.mark, planning.wanted, planning.found.credentials)) {
      continue;
    }
    auto machine = gone.find(disk.node);
    Step after = machine == gone.end() ? member_removal_of(planning, disk.node) : machine->second;
    Step deleted = delete_disk(planning, disk, fmt::format("{} is not in the file", disk.node), after);
    if (machine != gone.end() && !planning.builder.is_refused(deleted)) {
      machine->second = deleted;
    }
  }
  for (Departure& departure : planning.departures) {
    departure.gone = gone.at(departure.node);
  }
  delete_stale_nodes(planning, wanted);
}

}  // namespace tbx
