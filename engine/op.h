// The closed list of things tbx can do. A new one fails to compile wherever it still has to be thought about.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/observed_host.h"
#include "engine/op_etcd.h"
#include "engine/op_hyperv.h"
#include "engine/op_kubernetes.h"
#include "engine/op_talos.h"
#include "specs/cluster_spec.h"

namespace tbx {

// Every op starts with its target: a node, an addon, a host name, or the cluster. Secrets are never in an op.

using Op = std::variant<DownloadImage, CreateDisk, GrowDisk, DeleteDisk, CreateMachine, ResizeMachine, StartMachine,
                        StopMachine, DeleteMachine, MarkBootstrapping, MarkBootstrapped, AwaitAddress, GenerateSecrets,
                        WriteTalosconfig, ApplyConfig, AwaitTalos, UpgradeTalos, BootstrapEtcd, AwaitEtcdMember,
                        SnapshotEtcd, HandOverLeadership, LeaveEtcd, RemoveEtcdMember, WriteKubeconfig, RestartKubelet,
                        AwaitApi, UpgradeKubernetes, ApplyNamespace, AwaitNode, AwaitNodeLost, LabelNode, DrainNode,
                        UncordonNode, DeleteNode, ApplyAddressPool, ApplyRoute, DeleteRoute,
                        ApplyCustomResourceDefinitions, InstallRelease, UpgradeRelease, UnlockRelease, UninstallRelease,
                        AwaitRelease, WriteHosts, AwaitRoute, RemoveCredentials>;

/// Where this kind of op stands in Op.
template <class T, std::size_t index = 0>
constexpr std::size_t alternative_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<index, Op>, T>) {
    return index;
  } else {
    return alternative_of<T, index + 1>();
  }
}

/// What does not depend on the instance. One row per alternative of Op, in its order.
struct OpTraits {
  std::string_view name;  ///< "create-machine": the op in JSON, and the key of spec.deadlines
  System system;
  int estimate_seconds;  ///< what the schedule and the plan's total count with
  int deadline_seconds;  ///< default; three times as long on ARM64
  int parallel_limit;    ///< how many of this kind run at once
  bool is_wait;          ///< changes nothing: waits until something is so
};

const OpTraits& traits_of(const Op& op);
/// All rows, for the completion of spec.deadlines and the schemas.
const std::vector<OpTraits>& all_op_traits();

const std::string& target_of(const Op& op);
/// "create-machine/talos-hypv-cp-01"
std::string id_of(const Op& op);
/// "create machine talos-hypv-cp-01 (2 CPUs, 4096 MiB)": one line for people, without the reason.
std::string describe(const Op& op);

/// Actions of one system that run at once.
int parallel_limit(System system);

}  // namespace tbx
