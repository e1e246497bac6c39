// What an op brings about in the simulated world, by the rules of the system that it is asked of.
#pragma once

#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/observed.h"
#include "engine/op.h"
#include "providers/sim/credential_store.h"
#include "providers/sim/live_world.h"
#include "specs/cluster_spec.h"

namespace tbx::sim {

/// What an op gets besides itself.
struct Setting {
  const ClusterSpec& spec;  ///< with its secrets
  const Observed& found;    ///< the second look
  CredentialStore& credentials;
};

/// Does it. Already so is a success.
Status perform(LiveWorld& live, const Op& op, const Setting& setting);

/// What a killed tool leaves behind half-way; most leave nothing.
void perform_half(LiveWorld& live, const Op& op, const Setting& setting);

/// Where something waited for stands.
struct WaitState {
  bool done = false;
  std::optional<Error> failed;  ///< it can't come any more: what it is about is gone or off
  std::string what;             ///< "etcd is preparing (1 of 3 members healthy)"
};

/// Pre: the op is a wait.
WaitState look_at_wait(const World& world, const Op& op, const Setting& setting);

/// Our machine of this node: by mark, cluster and cluster ID. Empty: none.
std::string our_machine_key(const World& world, const std::string& node, const Setting& setting);

/// As the last argument of the mark where it is not known yet when planning.
std::string known_cluster_id(const Setting& setting);

// One for each op that changes something, by its system.
Status effect(LiveWorld& live, const DownloadImage& op, const Setting& setting);
Status effect(LiveWorld& live, const CreateDisk& op, const Setting& setting);
Status effect(LiveWorld& live, const GrowDisk& op, const Setting& setting);
Status effect(LiveWorld& live, const DeleteDisk& op, const Setting& setting);
Status effect(LiveWorld& live, const CreateMachine& op, const Setting& setting);
Status effect(LiveWorld& live, const ResizeMachine& op, const Setting& setting);
Status effect(LiveWorld& live, const StartMachine& op, const Setting& setting);
Status effect(LiveWorld& live, const StopMachine& op, const Setting& setting);
Status effect(LiveWorld& live, const DeleteMachine& op, const Setting& setting);
Status effect(LiveWorld& live, const MarkBootstrapping& op, const Setting& setting);
Status effect(LiveWorld& live, const MarkBootstrapped& op, const Setting& setting);

Status effect(LiveWorld& live, const GenerateSecrets& op, const Setting& setting);
Status effect(LiveWorld& live, const WriteTalosconfig& op, const Setting& setting);
Status effect(LiveWorld& live, const ApplyConfig& op, const Setting& setting);
Status effect(LiveWorld& live, const BootstrapEtcd& op, const Setting& setting);
Status effect(LiveWorld& live, const UpgradeTalos& op, const Setting& setting);
Status effect(LiveWorld& live, const SnapshotEtcd& op, const Setting& setting);
Status effect(LiveWorld& live, const HandOverLeadership& op, const Setting& setting);
Status effect(LiveWorld& live, const LeaveEtcd& op, const Setting& setting);
Status effect(LiveWorld& live, const RemoveEtcdMember& op, const Setting& setting);
Status effect(LiveWorld& live, const WriteKubeconfig& op, const Setting& setting);
Status effect(LiveWorld& live, const RestartKubelet& op, const Setting& setting);

Status effect(LiveWorld& live, const UpgradeKubernetes& op, const Setting& setting);
Status effect(LiveWorld& live, const ApplyNamespace& op, const Setting& setting);
Status effect(LiveWorld& live, const LabelNode& op, const Setting& setting);
Status effect(LiveWorld& live, const DrainNode& op, const Setting& setting);
Status effect(LiveWorld& live, const UncordonNode& op, const Setting& setting);
Status effect(LiveWorld& live, const DeleteNode& op, const Setting& setting);
Status effect(LiveWorld& live, const ApplyAddressPool& op, const Setting& setting);
Status effect(LiveWorld& live, const ApplyRoute& op, const Setting& setting);
Status effect(LiveWorld& live, const DeleteRoute& op, const Setting& setting);
Status effect(LiveWorld& live, const ApplyCustomResourceDefinitions& op, const Setting& setting);

Status effect(LiveWorld& live, const InstallRelease& op, const Setting& setting);
Status effect(LiveWorld& live, const UpgradeRelease& op, const Setting& setting);
Status effect(LiveWorld& live, const UnlockRelease& op, const Setting& setting);
Status effect(LiveWorld& live, const UninstallRelease& op, const Setting& setting);

Status effect(LiveWorld& live, const WriteHosts& op, const Setting& setting);
Status effect(LiveWorld& live, const RemoveCredentials& op, const Setting& setting);

/// The machine of this node, if its Talos answers; `unreachable` in talosctl's words else.
Result<std::string> reached(const World& world, const std::string& node, const Setting& setting);

/// The kubelet of a node, and what its disk holds, are of that release from now on. Pre: it has a machine.
void run_kubelet_of(LiveWorld& live, const std::string& cluster, const std::string& node, const std::string& version);

/// `unreachable`, in kubectl's words, when the API does not answer.
Status api_must_answer(const World& world, const std::string& cluster);

}  // namespace tbx::sim
