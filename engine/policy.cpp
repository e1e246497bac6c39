#include "engine/policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/bootstrap_rules.h"
#include "engine/machine_config.h"
#include "engine/membership_rules.h"
#include "engine/one_of.h"
#include "engine/ownership.h"
#include "engine/release_rules.h"
#include "specs/catalogue.h"

namespace tbx {

namespace {

using Verdict = std::optional<Refusal>;

constexpr const char* not_ours = "not-ours";
constexpr const char* identity = "identity";

struct Asked {
  const ClusterSpec& wanted;
  const Observed& found;
  PlanMode mode;
  const EtcdState& etcd;  ///< as it is, or as it will be when a planned step starts
  const TalosReleases* talos_by_then = nullptr;
  PassedRules passed = nullptr;
};

Verdict host_must_be_known(const Asked& asked) {
  if (asked.found.host.presence == Presence::present) {
    note_passed(asked.passed, "unknown-is-not-absent", [] { return "what the host holds is known"; });
    return std::nullopt;
  }
  return Refusal{"unknown-is-not-absent", "what the host holds is not known: " + asked.found.host.reason};
}

std::string foreign_machine_reason(const Machine& machine) {
  return fmt::format(
      "a VM named {} (ID {}) exists that tbx did not make: rename it (Rename-VM) or remove it, then "
      "apply again",
      machine.name, machine.id);
}

/// Of a VM and its copy nobody can tell which one is the node, and which one somebody needs.
Verdict not_copied(const Asked& asked, const std::string& node) {
  const Machine* copy = copy_of_our_machine(asked.found, asked.wanted, node);
  if (copy == nullptr) {
    return std::nullopt;
  }
  return Refusal{identity, fmt::format("two VMs named {} carry this cluster's mark, {} and {}: give the copy another "
                                       "name and other notes, or remove it, then apply again",
                                       node, our_machine(asked.found, asked.wanted, node)->id, copy->id)};
}

/// The VM of this name must be ours, and the very one that was planned where one was.
Verdict machine_is_the_planned_one(const Asked& asked, const std::string& node, const std::string& machine_id) {
  const Machine* ours = our_machine(asked.found, asked.wanted, node);
  if (ours == nullptr) {
    const Machine* foreign = foreign_machine(asked.found, asked.wanted, node);
    if (foreign != nullptr) {
      return Refusal{not_ours, foreign_machine_reason(*foreign)};
    }
    note_passed(asked.passed, not_ours, [&] { return fmt::format("no VM of somebody else's is named {}", node); });
    return std::nullopt;
  }
  if (!machine_id.empty() && ours->id != machine_id) {
    return Refusal{identity,
                   fmt::format("the VM {} is now {} and was {} when this was planned", node, ours->id, machine_id)};
  }
  note_passed(asked.passed, not_ours, [&] { return fmt::format("the VM {} carries this cluster's mark", node); });
  if (!machine_id.empty()) {
    note_passed(asked.passed, identity, [&] { return fmt::format("its VM ID is the planned one, {}", machine_id); });
  }
  return std::nullopt;
}

Verdict not_protected(const Asked& asked, const std::string& node, const char* what) {
  if (!is_protected(asked.wanted, node)) {
    note_passed(asked.passed, "protected", [&] { return fmt::format("no: the file does not protect {}", node); });
    return std::nullopt;
  }
  return Refusal{"protected", fmt::format("the file protects {}: its {} is never deleted. Take the protection out of "
                                          "the file first",
                                          node, what)};
}

Membership membership_of(const Asked& asked) { return {asked.wanted, asked.found, asked.etcd, asked.passed}; }

Verdict check(const Asked& asked, const CreateDisk& op) {
  const Disk* disk = disk_of(asked.found, asked.wanted, op.target);
  if (disk == nullptr || is_ours(disk->mark, asked.wanted, asked.found.credentials)) {
    note_passed(asked.passed, not_ours,
                [&] { return fmt::format("no disk of somebody else's lies in the folder of {}", op.target); });
    return std::nullopt;
  }
  return Refusal{not_ours,
                 fmt::format("a disk that tbx did not make is in the way: {}. If nobody needs it: Remove-Item "
                             "-LiteralPath '{}', then apply again",
                             disk->path, disk->path)};
}

Verdict check(const Asked& asked, const DeleteDisk& op) {
  if (auto verdict = host_must_be_known(asked)) {
    return verdict;
  }
  const Disk* disk = disk_at(asked.found.host, op.path, op.target);
  if (disk == nullptr) {
    return std::nullopt;
  }
  // A folder that somebody copied carries the mark of the node that it was copied from.
  if (!is_ours(disk->mark, asked.wanted, asked.found.credentials) || disk->node != op.target ||
      disk->mark.node != op.target) {
    return Refusal{not_ours, fmt::format("the disk {} does not carry this cluster's mark for {}", op.path, op.target)};
  }
  const Machine* holder = machine_by_id(asked.found.host, disk->attached_to, op.target);
  if (holder != nullptr && !is_ours(holder->mark, asked.wanted, asked.found.credentials)) {
    return Refusal{identity,
                   fmt::format("the disk {} is attached to {}, which tbx did not make", op.path, holder->name)};
  }
  note_passed(asked.passed, not_ours,
              [&] { return fmt::format("the disk carries this cluster's mark for {}", op.target); });
  if (asked.mode == PlanMode::destroy) {
    return std::nullopt;
  }
  if (holder != nullptr && !op.replaces_node && wanted_node(asked.wanted, op.target) != nullptr) {
    return Refusal{identity, fmt::format("the disk {} is in use by {}, which the file wants", op.path, holder->name)};
  }
  if (auto verdict = not_protected(asked, op.target, "disk")) {
    return verdict;
  }
  return why_not_give_up_data(membership_of(asked), *disk);
}

/// Of all VMs of the host, ours or not: two cards with one MAC on a switch lose each other's packets.
Verdict mac_must_be_free(const Asked& asked, const CreateMachine& op) {
  if (op.mark.mac.empty()) {
    return std::nullopt;
  }
  for (const Machine& machine : asked.found.host.machines) {
    if (machine.mac != op.mark.mac) {
      continue;
    }
    const bool is_this_one = machine.name == op.target && machine.mark.node == op.target &&
                             is_ours(machine.mark, asked.wanted, asked.found.credentials);
    if (!is_this_one) {
      return Refusal{"address-taken",
                     fmt::format("the VM {} (ID {}) has the MAC {}, which is that of {}: give its card "
                                 "another one (Set-VMNetworkAdapter -StaticMacAddress)",
                                 machine.name, machine.id, machine.mac, op.target)};
    }
  }
  return std::nullopt;
}

Verdict check(const Asked& asked, const CreateMachine& op) {
  if (asked.found.host.switch_presence == Presence::absent) {
    return Refusal{"switch-missing", fmt::format("the host has no switch named {}: name an existing one as "
                                                 "hyperv.switch",
                                                 op.switch_name)};
  }
  if (asked.found.host.switch_presence == Presence::present) {
    note_passed(asked.passed, "switch-missing", [&] { return fmt::format("the host has {}", op.switch_name); });
  }
  const NodeSpec* node = wanted_node(asked.wanted, op.target);
  const Disk* disk = disk_of(asked.found, asked.wanted, op.target);
  bool has_data = disk != nullptr && disk->was_booted && disk->attached_to.empty() &&
                  is_ours(disk->mark, asked.wanted, asked.found.credentials);
  if (has_data && node != nullptr && node->role == Role::control_plane && encrypts_by_node_id(*node)) {
    return Refusal{identity,
                   fmt::format("the disk {} is encrypted with a key made from the UUID of the VM that is gone, "
                               "and a new VM has another. {}",
                               disk->path, recovery_advice(asked.wanted))};
  }
  if (has_data) {
    note_passed(asked.passed, identity, [] { return "no key made from the UUID of the old VM encrypts its disk"; });
  }
  // Beside one of ours too, which may be taken away first.
  if (const Machine* foreign = foreign_machine(asked.found, asked.wanted, op.target)) {
    return Refusal{not_ours, foreign_machine_reason(*foreign)};
  }
  if (auto taken = mac_must_be_free(asked, op)) {
    return taken;
  }
  return machine_is_the_planned_one(asked, op.target, "");
}

Verdict check(const Asked& asked, const DeleteMachine& op) {
  if (auto verdict = host_must_be_known(asked)) {
    return verdict;
  }
  const Machine* machine = machine_by_id(asked.found.host, op.machine_id, op.target);
  if (machine == nullptr) {
    return std::nullopt;
  }
  if (!is_ours(machine->mark, asked.wanted, asked.found.credentials)) {
    return Refusal{not_ours, foreign_machine_reason(*machine)};
  }
  if (machine->name != op.target || machine->mark.node != op.target) {
    return Refusal{identity, fmt::format("the VM {} is named {} and marked as {}, not {}", op.machine_id, machine->name,
                                         machine->mark.node, op.target)};
  }
  note_passed(asked.passed, not_ours, [&] { return fmt::format("the VM {} carries this cluster's mark", op.target); });
  note_passed(asked.passed, identity, [&] {
    return fmt::format("the VM with the planned ID {} is named and marked {}", op.machine_id, op.target);
  });
  if (asked.mode == PlanMode::destroy) {
    return std::nullopt;
  }
  if (auto verdict = not_protected(asked, op.target, "VM")) {
    return verdict;
  }
  bool has_disk = disk_at(asked.found.host, machine->disk_path, op.target) != nullptr;
  if (has_disk && !op.replaces_node && wanted_node(asked.wanted, op.target) != nullptr) {
    return Refusal{identity, fmt::format("{} is wanted by the file and in order", op.target)};
  }
  return why_not_delete_control_plane(membership_of(asked), op.target, has_disk);
}

Verdict check(const Asked& asked, const StartMachine& op) {
  return machine_is_the_planned_one(asked, op.target, op.machine_id);
}

Verdict check(const Asked& asked, const StopMachine& op) {
  if (auto verdict = machine_is_the_planned_one(asked, op.target, op.machine_id);
      verdict || asked.mode == PlanMode::destroy) {
    return verdict;
  }
  return why_not_restart(membership_of(asked), op.target);
}

Verdict check(const Asked& asked, const ResizeMachine& op) {
  return machine_is_the_planned_one(asked, op.target, op.machine_id);
}

/// Source: Microsoft, Resize-VHD: a Hyper-V administrator alone is denied (minikube and docker-machine met it).
Verdict check(const Asked& asked, const GrowDisk& op) {
  if (asked.found.host.administrator == Presence::absent) {
    return Refusal{
        "needs-administrator",
        fmt::format("only an administrator may grow the disk of {}: run tbx in a PowerShell that was started "
                    "as administrator",
                    op.target)};
  }
  return machine_is_the_planned_one(asked, op.target, "");
}
Verdict check(const Asked& asked, const MarkBootstrapping& op) {
  return why_not_bootstrap(asked.wanted, asked.found, op.target, asked.passed);
}
Verdict check(const Asked& asked, const MarkBootstrapped& op) {
  return machine_is_the_planned_one(asked, op.target, "");
}
Verdict check(const Asked& asked, const BootstrapEtcd& op) {
  return why_not_bootstrap(asked.wanted, asked.found, op.target, asked.passed);
}

/// New secrets for a name that still has machines would lock their owner out for good.
Verdict check(const Asked& asked, const GenerateSecrets& op) {
  if (auto verdict = host_must_be_known(asked)) {
    return verdict;
  }
  auto of_this_name = [&](const Mark& mark) { return mark.cluster == asked.wanted.name; };
  if (std::ranges::none_of(asked.found.host.machines, of_this_name, &Machine::mark) &&
      std::ranges::none_of(asked.found.host.disks, of_this_name, &Disk::mark)) {
    note_passed(asked.passed, "secrets-lost", [&] {
      return fmt::format("no machine and no disk of {} exists that other secrets would belong to", op.target);
    });
    return std::nullopt;
  }
  return Refusal{
      "secrets-lost",
      fmt::format("machines of {0} exist, and their secrets are not in _out/{0}. Bring secrets.yaml back from "
                  "a copy, or make it anew from a control plane's machine config: talosctl gen secrets "
                  "--from-controlplane-config FILE -o _out/{0}/secrets.yaml. If nothing of the cluster is "
                  "needed: tbx destroy",
                  op.target)};
}

/// A first config makes Talos install itself: over whatever a control plane's disk may hold.
Verdict why_not_install(const Asked& asked, const std::string& node) {
  const Disk* disk = disk_of(asked.found, asked.wanted, node);
  const TalosNode* talos = talos_node(asked.found, node);
  bool may_have_data = disk != nullptr && disk->mark.bootstrap != BootstrapMark::none && talos != nullptr &&
                       talos->stage == TalosStage::maintenance && talos->etcd_data != Presence::absent;
  auto verdict = may_have_data ? why_not_give_up_data(membership_of(asked), *disk) : Verdict{};
  if (verdict) {
    verdict->reason += fmt::format(
        ". {} waits for a first config, which would install Talos over it. Boot it from its disk (take the image out "
        "of "
        "its DVD drive), or bring the other control planes back first",
        node);
  }
  return verdict;
}

Verdict check(const Asked& asked, const ApplyConfig& op) {
  for (const Verdict& verdict :
       {machine_is_the_planned_one(asked, op.target, ""), why_release_does_not_fit(membership_of(asked), op)}) {
    if (verdict) {
      return verdict;
    }
  }
  const Machine* machine = our_machine(asked.found, asked.wanted, op.target);
  const TalosNode* talos = talos_node(asked.found, op.target);
  if (machine != nullptr && talos != nullptr && !talos->uuid.empty() && !machine->bios_guid.empty() &&
      talos->uuid != machine->bios_guid) {
    return Refusal{identity, fmt::format("what answers as {} has the UUID {}, and its VM has {}", op.target,
                                         talos->uuid, machine->bios_guid)};
  }
  if (machine != nullptr && talos != nullptr && !talos->uuid.empty() && talos->uuid == machine->bios_guid) {
    note_passed(asked.passed, identity,
                [&] { return fmt::format("what answers as {} has the UUID of its VM, {}", op.target, talos->uuid); });
  }
  if (op.mode == ConfigMode::reboot) {
    return why_not_restart(membership_of(asked), op.target);
  }
  if (auto verdict = why_not_install(asked, op.target)) {
    return verdict;
  }
  return why_not_join(membership_of(asked), op.target);
}

Verdict check(const Asked& asked, const UpgradeTalos& op) {
  if (auto verdict = machine_is_the_planned_one(asked, op.target, "")) {
    return verdict;
  }
  if (is_control_plane_name(asked.wanted, op.target) && !asked.etcd.alarms.empty()) {
    return Refusal{"etcd-alarm",
                   fmt::format("etcd has raised {}: nothing is upgraded until it is cleared", alarms_text(asked.etcd))};
  }
  if (is_control_plane_name(asked.wanted, op.target)) {
    note_passed(asked.passed, "etcd-alarm", [] { return "etcd has raised no alarm"; });
  }
  return why_not_restart(membership_of(asked), op.target);
}

Verdict check(const Asked& asked, const LeaveEtcd& op) {
  if (auto verdict = host_must_be_known(asked)) {
    return verdict;
  }
  if (auto verdict = not_protected(asked, op.target, "member")) {
    return verdict;
  }
  return why_not_leave(membership_of(asked), op);
}

/// A protected node's member goes only when its machine is gone already.
Verdict check(const Asked& asked, const RemoveEtcdMember& op) {
  if (auto verdict = host_must_be_known(asked)) {
    return verdict;
  }
  bool is_there = our_machine(asked.found, asked.wanted, op.target) != nullptr;
  if (auto verdict = is_there ? not_protected(asked, op.target, "member") : Verdict{}) {
    return verdict;
  }
  return why_not_remove_member(membership_of(asked), op);
}

Verdict check(const Asked& asked, const UpgradeKubernetes& op) {
  return why_not_upgrade_kubernetes(membership_of(asked), op, asked.talos_by_then);
}

Verdict release_is_ours(const Asked& asked, const std::string& name) {
  const Release* release = release_named(asked.found.helm, name);
  if (release == nullptr || release->ours) {
    note_passed(asked.passed, not_ours, [&] {
      return release == nullptr ? fmt::format("no release of somebody else's is named {}", name)
                                : fmt::format("release {} carries this cluster's label", name);
    });
    return std::nullopt;
  }
  return Refusal{not_ours, fmt::format("a Helm release named {} exists in {} that tbx did not make: uninstall it, or "
                                       "give the addon another name",
                                       name, release->namespace_name)};
}

Verdict check(const Asked& asked, const InstallRelease& op) { return release_is_ours(asked, op.target); }
Verdict check(const Asked& asked, const UpgradeRelease& op) { return release_is_ours(asked, op.target); }
Verdict check(const Asked& asked, const UnlockRelease& op) { return release_is_ours(asked, op.target); }

Verdict check(const Asked& asked, const UninstallRelease& op) {
  const Release* release = release_named(asked.found.helm, op.target);
  if (release != nullptr && is_cni_chart(release->chart)) {
    return Refusal{"one-disruption", fmt::format("{} is the cluster's network: it is never taken away while nodes live "
                                                 "on it. Put it back into the file's addons",
                                                 op.target)};
  }
  note_passed(asked.passed, "one-disruption",
              [&] { return fmt::format("{} is not the cluster's network", op.target); });
  return release_is_ours(asked, op.target);
}

/// A Node is deleted only when it is the one planned, and nothing that the file wants runs behind it.
Verdict check(const Asked& asked, const DeleteNode& op) {
  const KubernetesNode* node = kubernetes_node(asked.found.kubernetes, op.target);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (node->system_uuid != op.system_uuid) {
    return Refusal{identity, fmt::format("the Node {} now has the system UUID {} and had {} when this was planned",
                                         op.target, node->system_uuid, op.system_uuid)};
  }
  auto stands_behind_it = [&](const Machine& machine) {
    return !machine.bios_guid.empty() && machine.bios_guid == node->system_uuid &&
           !is_ours(machine.mark, asked.wanted, asked.found.credentials);
  };
  auto foreign = std::ranges::find_if(asked.found.host.machines, stands_behind_it);
  if (foreign != asked.found.host.machines.end()) {
    return Refusal{not_ours, foreign_machine_reason(*foreign)};
  }
  note_passed(asked.passed, identity,
              [&] { return fmt::format("the Node's system UUID is the planned one, {}", op.system_uuid); });
  return host_must_be_known(asked);
}

Verdict route_is_ours(const Asked& asked, const std::string& host) {
  const auto& routes = asked.found.kubernetes.routes;
  auto route = std::ranges::find(routes, host, &RouteState::host);
  if (route == routes.end() || route->ours) {
    note_passed(asked.passed, not_ours, [&] { return fmt::format("no route of somebody else's is for {}", host); });
    return std::nullopt;
  }
  return Refusal{not_ours, fmt::format("a route for {} exists that tbx did not make", host)};
}

Verdict check(const Asked& asked, const ApplyRoute& op) { return route_is_ours(asked, op.target); }
Verdict check(const Asked& asked, const DeleteRoute& op) { return route_is_ours(asked, op.target); }

Verdict check(const Asked& asked, const WriteHosts& op) {
  for (const HostsEntry& line : asked.found.access.foreign_hosts) {
    if (std::ranges::binary_search(op.hosts, line.host)) {
      return Refusal{not_ours, fmt::format("the hosts file has a line of somebody else's for {} ({}): remove it, then "
                                           "apply again",
                                           line.host, line.address)};
    }
  }
  note_passed(asked.passed, not_ours, [] { return "the hosts file has no line of somebody else's for these names"; });
  return std::nullopt;
}

Verdict check(const Asked& asked, const RemoveCredentials& op) {
  if (asked.mode == PlanMode::destroy) {
    return std::nullopt;
  }
  return Refusal{"secrets-lost", fmt::format("the credentials of {} are only removed by tbx destroy", op.target)};
}

/// These destroy nothing and touch nothing of anybody else's. A new op is in this list, or has a rule of its own.
template <class T>
concept Harmless = OneOf<T, DownloadImage, AwaitAddress, WriteTalosconfig, AwaitTalos, AwaitEtcdMember, SnapshotEtcd,
                         HandOverLeadership, WriteKubeconfig, RestartKubelet, AwaitApi, ApplyNamespace, AwaitNode,
                         AwaitNodeLost, LabelNode, DrainNode, UncordonNode, ApplyAddressPool,
                         ApplyCustomResourceDefinitions, AwaitRelease, AwaitRoute>;

template <Harmless T>
Verdict check(const Asked&, const T&) {
  return std::nullopt;
}

Verdict check_any(const Asked& asked, const Op& op) {
  if (auto verdict = not_copied(asked, target_of(op))) {
    return verdict;
  }
  return std::visit([&](const auto& alternative) { return check(asked, alternative); }, op);
}

Asked asked_with(const ClusterSpec& wanted, const Observed& found, PlanMode mode, const Foreseen& foreseen) {
  return {wanted, found, mode, foreseen.etcd == nullptr ? found.etcd : *foreseen.etcd, foreseen.talos};
}

}  // namespace

bool is_cni_chart(std::string_view chart) {
  return std::ranges::any_of(
      catalogue(), [&](const CatalogueEntry& entry) { return entry.addon.is_cni && entry.addon.chart == chart; });
}

std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode) {
  return refuse(op, wanted, found, mode, Foreseen{});
}

std::optional<Refusal> refuse(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode,
                              const Foreseen& foreseen) {
  return check_any(asked_with(wanted, found, mode, foreseen), op);
}

Judgement judge(const Op& op, const ClusterSpec& wanted, const Observed& found, PlanMode mode,
                const Foreseen& foreseen) {
  Judgement judgement;
  Asked asked = asked_with(wanted, found, mode, foreseen);
  asked.passed = &judgement.passed;
  judgement.refusal = check_any(asked, op);
  return judgement;
}

}  // namespace tbx
