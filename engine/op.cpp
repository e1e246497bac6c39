// The table of all ops, and what an op says about itself.
#include "engine/op.h"

#include <array>

namespace tbx {
namespace {

struct Row {
  std::size_t alternative;
  OpTraits traits;
};

enum class Kind { change, wait };

template <class T>
constexpr Row row(std::string_view name, System system, int estimate_seconds, int deadline_seconds, int parallel_limit,
                  Kind kind = Kind::change) {
  return {alternative_of<T>(), {name, system, estimate_seconds, deadline_seconds, parallel_limit, kind == Kind::wait}};
}

// Estimates: a laptop with an SSD. Deadlines: several times that, since nobody's laptop is idle.
using enum System;
constexpr std::array rows{
    row<DownloadImage>("download-image", hyperv, 60, 1800, 2),
    row<CreateDisk>("create-disk", hyperv, 3, 120, 4),
    row<GrowDisk>("grow-disk", hyperv, 3, 120, 2),
    row<DeleteDisk>("delete-disk", hyperv, 2, 120, 2),
    row<CreateMachine>("create-machine", hyperv, 8, 180, 4),
    row<ResizeMachine>("resize-machine", hyperv, 3, 120, 2),
    row<StartMachine>("start-machine", hyperv, 4, 120, 4),
    row<StopMachine>("stop-machine", hyperv, 20, 180, 2),
    row<DeleteMachine>("delete-machine", hyperv, 3, 120, 2),
    row<MarkBootstrapping>("mark-bootstrapping", hyperv, 1, 60, 1),
    row<MarkBootstrapped>("mark-bootstrapped", hyperv, 1, 60, 4),
    row<AwaitAddress>("await-address", hyperv, 25, 300, 4, Kind::wait),
    row<GenerateSecrets>("generate-secrets", talos, 2, 60, 1),
    row<WriteTalosconfig>("write-talosconfig", talos, 1, 60, 1),
    row<ApplyConfig>("apply-config", talos, 3, 120, 8),
    row<AwaitTalos>("await-talos", talos, 75, 900, 16, Kind::wait),
    row<UpgradeTalos>("upgrade-talos", talos, 90, 1800, 4),
    row<BootstrapEtcd>("bootstrap-etcd", talos, 5, 300, 1),
    row<AwaitEtcdMember>("await-etcd-member", talos, 35, 600, 1, Kind::wait),
    row<SnapshotEtcd>("snapshot-etcd", talos, 4, 300, 1),
    row<HandOverLeadership>("hand-over-leadership", talos, 3, 120, 1),
    row<LeaveEtcd>("leave-etcd", talos, 10, 400, 1),
    row<RemoveEtcdMember>("remove-etcd-member", talos, 3, 120, 1),
    row<WriteKubeconfig>("write-kubeconfig", talos, 1, 60, 1),
    row<RestartKubelet>("restart-kubelet", talos, 8, 120, 1),
    row<AwaitApi>("await-api", kubernetes, 45, 600, 1, Kind::wait),
    row<UpgradeKubernetes>("upgrade-kubernetes", kubernetes, 300, 3600, 1),
    row<ApplyNamespace>("apply-namespace", kubernetes, 1, 60, 4),
    row<AwaitNode>("await-node", kubernetes, 30, 600, 8, Kind::wait),
    row<AwaitNodeLost>("await-node-lost", kubernetes, 45, 240, 8, Kind::wait),
    row<LabelNode>("label-node", kubernetes, 1, 60, 8),
    row<DrainNode>("drain-node", kubernetes, 20, 600, 2),
    row<UncordonNode>("uncordon-node", kubernetes, 1, 60, 4),
    row<DeleteNode>("delete-node", kubernetes, 1, 60, 2),
    row<ApplyAddressPool>("apply-address-pool", kubernetes, 4, 120, 1),
    row<ApplyRoute>("apply-route", kubernetes, 1, 60, 4),
    row<DeleteRoute>("delete-route", kubernetes, 1, 60, 4),
    row<ApplyCustomResourceDefinitions>("apply-custom-resource-definitions", kubernetes, 4, 180, 2),
    row<InstallRelease>("install-release", helm, 10, 300, 4),
    row<UpgradeRelease>("upgrade-release", helm, 15, 300, 4),
    row<UnlockRelease>("unlock-release", helm, 5, 480, 4),
    row<UninstallRelease>("uninstall-release", helm, 10, 300, 4),
    row<AwaitRelease>("await-release", helm, 60, 900, 4, Kind::wait),
    row<WriteHosts>("write-hosts", access, 1, 60, 1),
    row<AwaitRoute>("await-route", access, 8, 300, 4, Kind::wait),
    row<RemoveCredentials>("remove-credentials", access, 1, 60, 1),
};

constexpr bool each_alternative_has_its_row() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].alternative != i) return false;
  }
  return rows.size() == std::variant_size_v<Op>;
}
static_assert(each_alternative_has_its_row(), "one row per alternative of Op, in its order");

}  // namespace

const OpTraits& traits_of(const Op& op) { return rows[op.index()].traits; }

const std::vector<OpTraits>& all_op_traits() {
  static const std::vector<OpTraits> all = [] {
    std::vector<OpTraits> traits;
    for (const Row& each : rows) traits.push_back(each.traits);
    return traits;
  }();
  return all;
}

const std::string& target_of(const Op& op) {
  return std::visit([](const auto& each) -> const std::string& { return each.target; }, op);
}

std::string id_of(const Op& op) { return std::string(traits_of(op).name) + "/" + target_of(op); }

int parallel_limit(System system) {
  switch (system) {
    case hyperv:
      return 4;
    case talos:
      return 16;
    case kubernetes:
      return 8;
    case helm:
      return 4;
    case access:
      return 4;
  }
  return 1;
}

}  // namespace tbx
