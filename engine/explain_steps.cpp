// What each op does, step by step. A new op does not compile until it says so.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/explain_parts.h"
#include "engine/one_of.h"

namespace tbx {
namespace {

using Steps = std::vector<std::string>;

/// One overload per alternative of Op.
struct StepsOf {
  Steps operator()(const DownloadImage& op) const {
    return {fmt::format("download Talos' boot image {} into the host's cache, unless it is there", op.target)};
  }
  Steps operator()(const CreateDisk& op) const {
    return {fmt::format("write the mark of {} into its folder: cluster, node, MAC, node address", op.target),
            fmt::format("make an empty disk of {} GiB there, which takes space only as it fills", op.size_gib)};
  }
  Steps operator()(const GrowDisk& op) const {
    return {fmt::format("make {} larger, to {} GiB; the machine is off", op.path, op.size_gib),
            "Talos takes the new room into use at its next start"};
  }
  Steps operator()(const DeleteDisk& op) const {
    return {"check that the disk carries the mark of this cluster and node", fmt::format("delete {}", op.path)};
  }
  Steps operator()(const CreateMachine& op) const {
    return {"check that no VM of somebody else's has the name",
            fmt::format("make the VM with {} CPUs and {} MiB on {}, with the MAC of its mark", op.cpu_count,
                        op.memory_mib, op.switch_name),
            fmt::format("attach its disk and the boot image {}", op.image), "write the mark into the VM's notes"};
  }
  Steps operator()(const ResizeMachine& op) const {
    return {fmt::format("set the VM with the ID {} to {} CPUs and {} MiB; it is off", op.machine_id, op.cpu_count,
                        op.memory_mib)};
  }
  Steps operator()(const StartMachine&) const { return {"start the VM, unless it runs"}; }
  Steps operator()(const StopMachine& op) const {
    return {fmt::format("ask the VM with the ID {} to shut down, unless it is off", op.machine_id),
            "wait until it is off"};
  }
  Steps operator()(const DeleteMachine& op) const {
    return {fmt::format("check that the VM with the ID {} is still {} by name and mark", op.machine_id, op.target),
            "delete that VM; its disk stays"};
  }
  Steps operator()(const MarkBootstrapping& op) const {
    return {
        fmt::format("write into the mark of {} that etcd is being bootstrapped there, and nowhere else", op.target)};
  }
  Steps operator()(const MarkBootstrapped& op) const {
    return {fmt::format("write into the mark of {} that etcd was bootstrapped: it never is again", op.target)};
  }
  Steps operator()(const AwaitAddress& op) const {
    return {fmt::format("look for the address that DHCP gave to the MAC of {}", op.target),
            "wait until Talos answers there"};
  }
  Steps operator()(const GenerateSecrets& op) const {
    return {"make the cluster's certificates and keys (talosctl gen secrets)",
            fmt::format("write them to _out/{}/secrets.yaml, readable by you alone", op.target)};
  }
  Steps operator()(const WriteTalosconfig& op) const {
    return {"look up the present addresses of the control planes",
            fmt::format("write _out/{}/talosconfig with them", op.target)};
  }
  Steps operator()(const ApplyConfig& op) const {
    return {"make the machine config from the secrets, the file, and the node's own address",
            fmt::format("check it, then give it to Talos on {}", op.target),
            op.mode == ConfigMode::reboot   ? "Talos restarts with it"
            : op.mode == ConfigMode::staged ? "Talos keeps it for the restart that comes next"
                                            : "Talos takes it as it runs; a blank one installs itself first"};
  }
  Steps operator()(const AwaitTalos& op) const {
    return {fmt::format("wait until {} runs Talos{}{} with all its services", op.target, op.version.empty() ? "" : " ",
                        op.version)};
  }
  Steps operator()(const UpgradeTalos& op) const {
    return {fmt::format("have {} pull {}", op.target, op.image),
            "Talos installs it beside the release that runs, and restarts into it",
            "what does not come up goes back to the old release by itself"};
  }
  Steps operator()(const BootstrapEtcd& op) const {
    return {fmt::format("tell Talos on {} to begin a new etcd, with itself as the only member", op.target),
            "\"already exists\" means that it is done"};
  }
  Steps operator()(const AwaitEtcdMember& op) const {
    return {
        fmt::format("wait until {} is on etcd's list: first as a learner, then as a healthy voting member", op.target)};
  }
  Steps operator()(const SnapshotEtcd&) const {
    return {"have a member that answers save etcd's data", "write it to the snapshots folder beside the credentials",
            "delete the oldest ones beyond those that are kept"};
  }
  Steps operator()(const HandOverLeadership& op) const {
    return {fmt::format("see whether {} leads etcd; if not, it is done", op.target),
            "have it hand over the lead to another voting member"};
  }
  Steps operator()(const LeaveEtcd& op) const {
    return {fmt::format("check that member {} is still that of {}", op.member_id, op.target),
            fmt::format("tell {} itself to leave etcd, which deletes its data", op.target),
            "wait until the lists of all others are without it"};
  }
  Steps operator()(const RemoveEtcdMember& op) const {
    return {"choose another member that is healthy",
            fmt::format("have it take member {} off the list, by that ID and not by a name", op.member_id),
            "check the lists of all others"};
  }
  Steps operator()(const WriteKubeconfig& op) const {
    return {"look up the present address of a control plane",
            fmt::format("write _out/{}/kubeconfig for the API there", op.target)};
  }
  Steps operator()(const RestartKubelet& op) const {
    return {fmt::format("restart the kubelet on {}, which registers its Node only when it starts", op.target),
            "pods go on running"};
  }
  Steps operator()(const AwaitApi&) const { return {"ask the Kubernetes API of the control planes until it answers"}; }
  Steps operator()(const UpgradeKubernetes& op) const {
    return {fmt::format("pull the images of {} on all nodes", op.version),
            "the control plane's pods, one node after the other", "then every kubelet, one node after the other",
            "\"already so\" means that it is done: a run that was cut off goes on where it was"};
  }
  Steps operator()(const ApplyNamespace& op) const {
    return {fmt::format("make the namespace {} where it is absent", op.target),
            op.privileged ? "label it so that privileged pods may run there" : "leave its labels as they are"};
  }
  Steps operator()(const AwaitNode& op) const {
    return {fmt::format("wait until the Node {} is registered and Ready", op.target)};
  }
  Steps operator()(const AwaitNodeLost& op) const {
    return {fmt::format("wait until the Node {} is no longer Ready: Kubernetes notices within a minute", op.target),
            "one that stays Ready has a machine somewhere else, and is left alone"};
  }
  Steps operator()(const LabelNode& op) const {
    return {fmt::format("set {} and {} on the Node: those of the file", counted(op.labels.size(), "label"),
                        counted(op.taints.size(), "taint")),
            "take away those that tbx set and the file no longer has; others' stay"};
  }
  Steps operator()(const DrainNode& op) const {
    return {fmt::format("cordon {}: no new pod comes", op.target),
            "evict its pods one by one, as far as their disruption budgets allow", "wait until they are gone"};
  }
  Steps operator()(const UncordonNode& op) const { return {fmt::format("let pods come to {} again", op.target)}; }
  Steps operator()(const DeleteNode& op) const {
    return {fmt::format("check that the Node is the one with the system UUID {}", op.system_uuid),
            "delete the Node object, nothing else"};
  }
  Steps operator()(const ApplyAddressPool& op) const {
    return {op.range.empty() ? std::string("choose addresses of the switch's subnet that nobody holds")
                             : fmt::format("take the addresses {}", op.range),
            fmt::format("apply them as the pool of {}", op.target)};
  }
  Steps operator()(const ApplyRoute& op) const {
    return {fmt::format("apply the route from http://{} to {}/{}, port {}", op.target, op.service_namespace, op.service,
                        op.port)};
  }
  Steps operator()(const DeleteRoute& op) const { return {fmt::format("delete the route of {}", op.target)}; }
  Steps operator()(const ApplyCustomResourceDefinitions& op) const {
    return {fmt::format("take the definitions out of the chart of {}, which Helm never upgrades", op.target),
            "apply them on the server's side"};
  }
  Steps operator()(const InstallRelease& op) const {
    return {fmt::format("helm install {} with chart, version and values of the file", op.target),
            "label it with the cluster's ID, so that it is known as ours"};
  }
  Steps operator()(const UpgradeRelease& op) const {
    return {fmt::format("helm upgrade {} to chart, version and values of the file", op.target),
            "changes that somebody made to its objects by hand are undone"};
  }
  Steps operator()(const UnlockRelease& op) const {
    return {
        fmt::format("see that {} is still {}, and wait until no helm can work on it any more", op.target, op.status),
        op.status == "pending-install" || op.status == "uninstalling"
            ? "uninstall what is there of it: it is installed anew"
            : "roll it back to its last good revision"};
  }
  Steps operator()(const UninstallRelease& op) const {
    return {fmt::format("helm uninstall {} from namespace {}", op.target, op.namespace_name)};
  }
  Steps operator()(const AwaitRelease& op) const {
    return {fmt::format("ask Kubernetes until everything that {} needs is ready", op.target)};
  }
  Steps operator()(const WriteHosts& op) const {
    return {"look up the address of the ingress",
            op.hosts.empty() ? std::string("take out the lines between tbx's markers")
                             : fmt::format("write {} between tbx's markers; the rest of the hosts file stays",
                                           counted(op.hosts.size(), "line"))};
  }
  Steps operator()(const AwaitRoute& op) const {
    return {fmt::format("ask http://{}{} until it answers", op.target, op.path)};
  }
  Steps operator()(const RemoveCredentials& op) const {
    return {fmt::format("delete _out/{}: secrets, talosconfig, kubeconfig and snapshots", op.target)};
  }
};

template <class T>
concept LosesNothing = !OneOf<T, GrowDisk, DeleteDisk, DeleteMachine, LeaveEtcd, RemoveEtcdMember, UpgradeKubernetes,
                              UpgradeTalos, UninstallRelease, RemoveCredentials>;

struct NoWayBack {
  const ClusterSpec& wanted;

  std::string snapshots() const { return fmt::format("_out/{}/snapshots", wanted.name); }

  std::string operator()(const GrowDisk&) const { return "A disk never gets smaller again."; }
  std::string operator()(const DeleteDisk&) const {
    return "What lies on the disk is gone for good: local volumes and logs of that node too.";
  }
  std::string operator()(const DeleteMachine&) const {
    return "The VM is gone for good; its disk is deleted by an action of its own, if at all.";
  }
  std::string operator()(const LeaveEtcd& op) const {
    return fmt::format(
        "The etcd data on {} is gone for good; the other members hold the same, and the snapshot taken "
        "before it lies in {}.",
        op.target, snapshots());
  }
  std::string operator()(const RemoveEtcdMember&) const {
    return fmt::format(
        "That member never comes back with its old data; the others hold the same, and the snapshot "
        "taken before it lies in {}.",
        snapshots());
  }
  std::string operator()(const UpgradeKubernetes&) const {
    return fmt::format(
        "Kubernetes never goes back to an older minor release; the snapshot of etcd taken before it "
        "lies in {}.",
        snapshots());
  }
  std::string operator()(const UpgradeTalos&) const {
    return fmt::format(
        "The old release stays on the disk to start from; the snapshot of etcd taken before it lies in "
        "{}.",
        snapshots());
  }
  std::string operator()(const UninstallRelease&) const {
    return "Its objects are gone for good, volumes as far as the chart deletes them.";
  }
  std::string operator()(const RemoveCredentials&) const {
    return "Without secrets.yaml nobody gets into the cluster again, and the snapshots go too.";
  }
  template <LosesNothing T>
  std::string operator()(const T&) const {
    return {};
  }
};

}  // namespace

std::vector<std::string> steps_of(const Op& op) { return std::visit(StepsOf{}, op); }

std::string no_way_back(const Op& op, const ClusterSpec& wanted) { return std::visit(NoWayBack{wanted}, op); }

}  // namespace tbx
