// The closed list of things tbx can do. A new one fails to compile wherever it still has to be thought about.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/observed_host.h"
#include "engine/op_kubernetes.h"
#include "specs/cluster_spec.h"

namespace tbx {

// Every op starts with its target: a node, an addon, a host name, or the cluster. Secrets are never in an op.

struct DownloadImage { std::string target; bool operator==(const DownloadImage&) const = default; };
struct CreateDisk { std::string target; std::int64_t size_gib = 0; Mark mark; bool operator==(const CreateDisk&) const = default; };
struct GrowDisk { std::string target; std::string path; std::int64_t size_gib = 0; bool operator==(const GrowDisk&) const = default; };
struct DeleteDisk { std::string target; std::string path; bool operator==(const DeleteDisk&) const = default; };
struct CreateMachine {
  std::string target;
  int cpu_count = 0;
  std::int64_t memory_mib = 0;
  std::string switch_name;
  std::string image;
  Mark mark;  ///< bios_guid is empty when the host is to choose it
  bool operator==(const CreateMachine&) const = default;
};
/// Finishes a machine that was made and not configured (killed half-way).
struct ResizeMachine {
  std::string target;
  std::string machine_id;
  int cpu_count = 0;
  std::int64_t memory_mib = 0;
  bool operator==(const ResizeMachine&) const = default;
};
struct StartMachine { std::string target; std::string machine_id; bool operator==(const StartMachine&) const = default; };
struct StopMachine { std::string target; std::string machine_id; bool operator==(const StopMachine&) const = default; };
struct DeleteMachine { std::string target; std::string machine_id; bool operator==(const DeleteMachine&) const = default; };
struct MarkBootstrapping { std::string target; bool operator==(const MarkBootstrapping&) const = default; };
struct MarkBootstrapped { std::string target; bool operator==(const MarkBootstrapped&) const = default; };
struct AwaitAddress { std::string target; bool operator==(const AwaitAddress&) const = default; };

struct GenerateSecrets { std::string target; bool operator==(const GenerateSecrets&) const = default; };
struct WriteTalosconfig { std::string target; bool operator==(const WriteTalosconfig&) const = default; };
struct ApplyConfig {
  std::string target;
  std::map<std::string, std::string> config;  ///< see TalosNode::config
  bool needs_reboot = false;
  bool operator==(const ApplyConfig&) const = default;
};
struct AwaitTalos { std::string target; bool operator==(const AwaitTalos&) const = default; };
struct BootstrapEtcd { std::string target; bool operator==(const BootstrapEtcd&) const = default; };
struct AwaitEtcdMember { std::string target; bool operator==(const AwaitEtcdMember&) const = default; };
struct WriteKubeconfig { std::string target; bool operator==(const WriteKubeconfig&) const = default; };
struct RestartKubelet { std::string target; bool operator==(const RestartKubelet&) const = default; };

struct WriteHosts {
  std::string target;
  std::vector<std::string> hosts;  ///< sorted; the address is looked up when the action starts
  bool operator==(const WriteHosts&) const = default;
};
struct AwaitRoute { std::string target; std::string path; bool operator==(const AwaitRoute&) const = default; };
struct RemoveCredentials { std::string target; bool operator==(const RemoveCredentials&) const = default; };

using Op = std::variant<DownloadImage, CreateDisk, GrowDisk, DeleteDisk, CreateMachine, ResizeMachine, StartMachine,
                        StopMachine, DeleteMachine, MarkBootstrapping, MarkBootstrapped, AwaitAddress, GenerateSecrets,
                        WriteTalosconfig, ApplyConfig, AwaitTalos, BootstrapEtcd, AwaitEtcdMember, WriteKubeconfig,
                        RestartKubelet, AwaitApi, ApplyNamespace, AwaitNode, LabelNode, DrainNode, UncordonNode,
                        DeleteNode, ApplyAddressPool, ApplyRoute, DeleteRoute, ApplyCustomResourceDefinitions,
                        InstallRelease, UpgradeRelease, UnlockRelease, UninstallRelease, AwaitRelease, WriteHosts,
                        AwaitRoute, RemoveCredentials>;

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
