#include "engine/bootstrap_rules.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/ownership.h"

namespace tbx {

namespace {

/// What one control plane's machine, disk and Talos together say about etcd's data on it.
Presence etcd_data_of(const ClusterSpec& wanted, const Observed& found, std::string_view node) {
  const Machine* machine = our_machine(found, wanted, node);
  const Disk* disk = disk_of(found, wanted, node);
  const TalosNode* talos = talos_node(found, node);
  if (talos != nullptr && talos->presence == Presence::present && talos->etcd_data != Presence::unknown) {
    return talos->etcd_data;
  }
  bool was_never_configured = talos != nullptr && talos->presence == Presence::present &&
                              talos->stage == TalosStage::maintenance && disk != nullptr &&
                              disk->mark.bootstrap == BootstrapMark::none;
  if (was_never_configured) {
    return Presence::absent;
  }
  if (disk == nullptr || !is_ours(disk->mark, wanted, found.credentials) || !disk->was_booted) {
    return Presence::absent;
  }
  bool is_running = machine != nullptr && machine->power == Power::running;
  bool may_have_data = disk->mark.bootstrap != BootstrapMark::none ||
                       (machine != nullptr && machine->mark.bootstrap != BootstrapMark::none);
  if (may_have_data && !is_running) {
    return Presence::present;
  }
  return Presence::unknown;
}

std::set<std::string, std::less<>> control_planes(const ClusterSpec& wanted, const Observed& found) {
  std::set<std::string, std::less<>> names;
  for (const NodeSpec& node : wanted.nodes) {
    if (node.role == Role::control_plane) {
      names.insert(node.name);
    }
  }
  for (const Machine& machine : found.host.machines) {
    if (is_ours(machine.mark, wanted, found.credentials) && is_control_plane_name(wanted, machine.name)) {
      names.insert(machine.name);
    }
  }
  for (const Disk& disk : found.host.disks) {
    if (is_ours(disk.mark, wanted, found.credentials) && is_control_plane_name(wanted, disk.node)) {
      names.insert(disk.node);
    }
  }
  return names;
}

template <class Visit>
bool any_mark(const ClusterSpec& wanted, const Observed& found, const Visit& visit) {
  auto matches = [&](const Mark& mark) { return is_ours(mark, wanted, found.credentials) && visit(mark); };
  return std::ranges::any_of(found.host.machines, matches, &Machine::mark) ||
         std::ranges::any_of(found.host.disks, matches, &Disk::mark);
}

}  // namespace

bool any_mark_bootstrapped(const ClusterSpec& wanted, const Observed& found) {
  return any_mark(wanted, found, [](const Mark& mark) { return mark.bootstrap == BootstrapMark::bootstrapped; });
}

std::string bootstrap_node(const ClusterSpec& wanted, const Observed& found) {
  std::string begun;
  any_mark(wanted, found, [&](const Mark& mark) {
    begun = mark.bootstrap == BootstrapMark::bootstrapping ? mark.node : begun;
    return !begun.empty();
  });
  if (!begun.empty()) {
    return begun;
  }
  std::string first;
  for (const NodeSpec& node : wanted.nodes) {
    if (node.role == Role::control_plane && (first.empty() || node.name < first)) {
      first = node.name;
    }
  }
  return first;
}

EtcdPhase etcd_phase(const ClusterSpec& wanted, const Observed& found) {
  if (found.host.presence != Presence::present) {
    return EtcdPhase::unknown;
  }
  if (found.etcd.presence == Presence::present) {
    return EtcdPhase::living;
  }
  bool any_unknown = false;
  for (const std::string& node : control_planes(wanted, found)) {
    Presence data = etcd_data_of(wanted, found, node);
    if (data == Presence::present) {
      return EtcdPhase::asleep;
    }
    any_unknown = any_unknown || data == Presence::unknown;
  }
  if (any_unknown) {
    return EtcdPhase::unknown;
  }
  return any_mark_bootstrapped(wanted, found) ? EtcdPhase::lost : EtcdPhase::never_bootstrapped;
}

std::optional<Refusal> why_not_bootstrap(const ClusterSpec& wanted, const Observed& found, std::string_view node,
                                         PassedRules passed) {
  if (any_mark_bootstrapped(wanted, found)) {
    bool lost = etcd_phase(wanted, found) == EtcdPhase::lost;
    return Refusal{lost ? "etcd-lost" : "bootstrap-once",
                   lost ? "this cluster's etcd was bootstrapped before, and no control plane has its data any more: a "
                          "second bootstrap would make an empty cluster under the old name. " +
                              recovery_advice(wanted)
                        : "this cluster's etcd was bootstrapped before: it is started, never bootstrapped again"};
  }
  if (std::string begun = bootstrap_node(wanted, found); begun != node) {
    return Refusal{"bootstrap-once", fmt::format("etcd is bootstrapped on {} and on no other node", begun)};
  }
  for (const std::string& control_plane : control_planes(wanted, found)) {
    Presence data = etcd_data_of(wanted, found, control_plane);
    if (control_plane != node && data == Presence::present) {
      return Refusal{"bootstrap-once", fmt::format("{} already has etcd's data", control_plane)};
    }
    if (control_plane != node && data == Presence::unknown) {
      return Refusal{"unknown-is-not-absent",
                     fmt::format("whether {} has etcd's data is not known: it must answer first", control_plane)};
    }
  }
  note_passed(passed, "bootstrap-once", [&] {
    return fmt::format(
        "no mark speaks of a bootstrap that finished, {} is the node for it, and no other control plane "
        "has etcd's data",
        node);
  });
  return std::nullopt;
}

}  // namespace tbx
