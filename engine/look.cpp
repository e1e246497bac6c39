#include "engine/look.h"

#include <algorithm>
#include <type_traits>

#include "engine/bootstrap_rules.h"
#include "engine/one_of.h"
#include "engine/ownership.h"

namespace tbx {
namespace {

// Each op is in exactly one of these lists: a new one does not compile until it is.

/// Of the host alone: a wait finds out the rest by itself, and needs only the addresses.
template <class T>
concept NeedsHost = OneOf<T, DownloadImage, CreateDisk, GrowDisk, CreateMachine, ResizeMachine, StartMachine,
                          MarkBootstrapped, AwaitAddress, GenerateSecrets, WriteTalosconfig, AwaitTalos,
                          AwaitEtcdMember, AwaitApi, AwaitNode, AwaitNodeLost, AwaitRelease>;
template <class T>
concept NeedsTalos =
    OneOf<T, DeleteDisk, StopMachine, DeleteMachine, MarkBootstrapping, ApplyConfig, UpgradeTalos, BootstrapEtcd,
          SnapshotEtcd, HandOverLeadership, LeaveEtcd, RemoveEtcdMember, WriteKubeconfig, RestartKubelet>;
template <class T>
concept NeedsKubernetes = OneOf<T, ApplyNamespace, LabelNode, DrainNode, UncordonNode, DeleteNode, ApplyAddressPool,
                                ApplyRoute, DeleteRoute, ApplyCustomResourceDefinitions>;
/// Every node has to run a Talos that takes that Kubernetes.
template <class T>
concept NeedsTalosAndKubernetes = OneOf<T, UpgradeKubernetes>;
template <class T>
concept NeedsHelm = OneOf<T, InstallRelease, UpgradeRelease, UnlockRelease, UninstallRelease>;
/// The ingress address comes from Kubernetes.
template <class T>
concept NeedsAccess = OneOf<T, WriteHosts, AwaitRoute>;
template <class T>
concept NeedsNothing = OneOf<T, RemoveCredentials>;

using Systems = std::vector<System>;
using enum System;

template <NeedsHost T>
Systems needed(const T&) {
  return {hyperv};
}
template <NeedsTalos T>
Systems needed(const T&) {
  return {hyperv, talos};
}
template <NeedsKubernetes T>
Systems needed(const T&) {
  return {hyperv, kubernetes};
}
template <NeedsTalosAndKubernetes T>
Systems needed(const T&) {
  return {hyperv, talos, kubernetes};
}
template <NeedsHelm T>
Systems needed(const T&) {
  return {hyperv, kubernetes, helm};
}
template <NeedsAccess T>
Systems needed(const T&) {
  return {hyperv, kubernetes, access};
}
template <NeedsNothing T>
Systems needed(const T&) {
  return {};
}

/// So long a look serves actions that follow upon one another.
constexpr double recent_seconds = 5;

enum class About { node, release, cluster };

template <class T>
concept AboutRelease = OneOf<T, ApplyCustomResourceDefinitions, InstallRelease, UpgradeRelease, UnlockRelease,
                             UninstallRelease, AwaitRelease, ApplyAddressPool>;
template <class T>
concept AboutCluster =
    OneOf<T, DownloadImage, GenerateSecrets, WriteTalosconfig, SnapshotEtcd, WriteKubeconfig, AwaitApi,
          UpgradeKubernetes, ApplyNamespace, ApplyRoute, DeleteRoute, WriteHosts, AwaitRoute, RemoveCredentials>;
template <class T>
concept AboutNode = OneOf<T, CreateDisk, GrowDisk, DeleteDisk, CreateMachine, ResizeMachine, StartMachine, StopMachine,
                          DeleteMachine, MarkBootstrapping, MarkBootstrapped, AwaitAddress, ApplyConfig, AwaitTalos,
                          UpgradeTalos, BootstrapEtcd, AwaitEtcdMember, HandOverLeadership, LeaveEtcd, RemoveEtcdMember,
                          RestartKubelet, AwaitNode, AwaitNodeLost, LabelNode, DrainNode, UncordonNode, DeleteNode>;

template <AboutNode T>
About about(const T&) {
  return About::node;
}
template <AboutRelease T>
About about(const T&) {
  return About::release;
}
template <AboutCluster T>
About about(const T&) {
  return About::cluster;
}

About about(const Op& op) {
  return std::visit([](const auto& each) { return about(each); }, op);
}

template <class... Listed>
bool is_one_of(const Op& op) {
  return (std::holds_alternative<Listed>(op) || ...);
}

/// May take a member away, for good or for a while.
bool takes_away(const Op& op) {
  return is_one_of<DeleteDisk, StopMachine, DeleteMachine, LeaveEtcd, RemoveEtcdMember, UpgradeTalos>(op);
}

/// Takes something away, or may.
bool disturbs(const Op& op) {
  return takes_away(op) || is_one_of<DeleteNode, DrainNode, UninstallRelease, DeleteRoute, UpgradeKubernetes>(op);
}

bool needs_membership(const Op& op, const ClusterSpec& spec) {
  if (is_one_of<MarkBootstrapping, BootstrapEtcd, AwaitEtcdMember, SnapshotEtcd, HandOverLeadership, LeaveEtcd,
                RemoveEtcdMember>(op)) {
    return true;
  }
  return (takes_away(op) || is_one_of<ApplyConfig>(op)) && is_control_plane_name(spec, target_of(op));
}

/// A first config, with which a control plane joins an etcd that is known to have lived.
bool may_join(const Op& op, const ClusterSpec& spec, const Observed& found) {
  const TalosNode* talos = talos_node(found, target_of(op));
  return is_one_of<ApplyConfig>(op) && talos != nullptr && talos->stage == TalosStage::maintenance &&
         any_mark_bootstrapped(spec, found);
}

bool contains(const Systems& systems, System system) { return std::ranges::find(systems, system) != systems.end(); }

void look_at(System system, std::span<Provider* const> providers, const ClusterSpec& spec, const Scope& scope,
             Observed& found) {
  for (Provider* provider : providers) {
    if (provider->system() == system) {
      provider->observe(spec, scope, found);
    }
  }
}

struct Known {
  Presence presence;
  const std::string& reason;
};

Known known(System system, const Observed& found) {
  switch (system) {
    case hyperv:
      return {found.host.presence, found.host.reason};
    case talos:
      return {found.talos_presence, found.talos_reason};
    case kubernetes:
      return {found.kubernetes.presence, found.kubernetes.reason};
    case helm:
      return {found.helm.presence, found.helm.reason};
    case access:
      break;
  }
  return {found.access.presence, found.access.reason};
}

std::string because(const std::string& what, const std::string& reason) {
  return what + " could not be observed" + (reason.empty() ? "" : ": " + reason);
}

}  // namespace

std::string display_name(System system) {
  switch (system) {
    case hyperv:
      return "Hyper-V";
    case talos:
      return "Talos";
    case kubernetes:
      return "Kubernetes";
    case helm:
      return "Helm";
    case access:
      return "the hosts file";
  }
  return "";
}

Observed look(std::span<Provider* const> providers, const ClusterSpec& spec, const Scope& scope) {
  Observed found;
  for (System system : all_systems) {
    look_at(system, providers, spec, scope, found);
  }
  return found;
}

std::vector<System> facts_needed(const Op& op, PlanMode mode) {
  Systems systems = std::visit([](const auto& each) { return needed(each); }, op);
  if (mode == PlanMode::destroy) {
    std::erase_if(systems, [](System system) { return system != hyperv && system != access; });
  }
  return systems;
}

Scope scope_of(const Op& op, const ClusterSpec& spec) {
  Scope scope;
  scope.whole = false;
  scope.live_objects = false;  // no rule asks what became of a release's objects
  scope.membership = needs_membership(op, spec);
  scope.max_age_seconds = scope.membership || disturbs(op) ? 0 : recent_seconds;
  if (about(op) == About::release) {
    scope.releases = {target_of(op)};
  }
  if (about(op) == About::node) {
    scope.nodes = {target_of(op)};
  }
  if (about(op) != About::node || scope.membership) {
    bool concerns_all = is_one_of<UpgradeKubernetes>(op);
    for (const NodeSpec& node : spec.nodes) {
      if ((concerns_all || node.role == Role::control_plane) && node.name != target_of(op)) {
        scope.nodes.push_back(node.name);
      }
    }
  }
  std::ranges::sort(scope.nodes);
  return scope;
}

void look_again(const Op& op, PlanMode mode, std::span<Provider* const> providers, const ClusterSpec& spec,
                Observed& found) {
  Systems systems = facts_needed(op, mode);
  Scope scope = scope_of(op, spec);
  // Whether there is an API at all follows from etcd: it may have been bootstrapped since the last look.
  if (contains(systems, kubernetes) && found.etcd.presence != Presence::present && !contains(systems, talos)) {
    systems.insert(std::ranges::find(systems, kubernetes), talos);
    scope.membership = true;
  }
  for (System system : systems) {
    look_at(system, providers, spec, scope, found);
  }
}

std::string why_unknown(const Op& op, PlanMode mode, const ClusterSpec& spec, const Observed& found) {
  for (System system : facts_needed(op, mode)) {
    Known facts = known(system, found);
    if (facts.presence == Presence::unknown) {
      return because(display_name(system), facts.reason);
    }
  }
  bool needs_etcd =
      mode == PlanMode::converge && needs_membership(op, spec) && (takes_away(op) || may_join(op, spec, found));
  return needs_etcd && found.etcd.presence == Presence::unknown ? because("etcd", found.etcd.reason) : "";
}

}  // namespace tbx
