// What an op does, as one English line with its numbers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/op.h"
#include "engine/text_layout.h"

namespace tbx {
namespace {

std::string sizes(int cpu_count, std::int64_t memory_mib) {
  return fmt::format("{}, {} MiB", counted(static_cast<std::size_t>(cpu_count), "CPU"), memory_mib);
}

/// One overload per alternative of Op: a new one does not compile until it is described.
struct Describe {
  std::string operator()(const DownloadImage& op) const { return fmt::format("download image {}", op.target); }
  std::string operator()(const CreateDisk& op) const {
    return fmt::format("create disk of {} ({} GiB)", op.target, op.size_gib);
  }
  std::string operator()(const GrowDisk& op) const {
    return fmt::format("grow disk of {} to {} GiB", op.target, op.size_gib);
  }
  std::string operator()(const DeleteDisk& op) const {
    return fmt::format("delete disk of {} ({})", op.target, op.path);
  }
  std::string operator()(const CreateMachine& op) const {
    return fmt::format("create machine {} ({})", op.target, sizes(op.cpu_count, op.memory_mib));
  }
  std::string operator()(const ResizeMachine& op) const {
    return fmt::format("resize machine {} to {}", op.target, sizes(op.cpu_count, op.memory_mib));
  }
  std::string operator()(const StartMachine& op) const { return fmt::format("start machine {}", op.target); }
  std::string operator()(const StopMachine& op) const { return fmt::format("stop machine {}", op.target); }
  std::string operator()(const DeleteMachine& op) const { return fmt::format("delete machine {}", op.target); }
  std::string operator()(const MarkBootstrapping& op) const {
    return fmt::format("mark {} as bootstrapping", op.target);
  }
  std::string operator()(const MarkBootstrapped& op) const { return fmt::format("mark {} as bootstrapped", op.target); }
  std::string operator()(const AwaitAddress& op) const {
    return fmt::format("wait for {} to get an address", op.target);
  }
  std::string operator()(const GenerateSecrets& op) const { return fmt::format("generate secrets of {}", op.target); }
  std::string operator()(const WriteTalosconfig& op) const { return fmt::format("write talosconfig of {}", op.target); }
  std::string operator()(const ApplyConfig& op) const {
    const char* how = op.mode == ConfigMode::reboot   ? ", with a reboot"
                      : op.mode == ConfigMode::staged ? ", for the next start"
                                                      : "";
    return fmt::format("apply machine config to {} ({}{})", op.target, counted(op.config.size(), "field"), how);
  }
  std::string operator()(const AwaitTalos& op) const {
    return fmt::format("wait for Talos{}{} on {} to run", op.version.empty() ? "" : " ", op.version, op.target);
  }
  std::string operator()(const UpgradeTalos& op) const {
    return fmt::format("upgrade Talos of {} ({} to {})", op.target, op.from, op.version);
  }
  std::string operator()(const BootstrapEtcd& op) const { return fmt::format("bootstrap etcd on {}", op.target); }
  std::string operator()(const AwaitEtcdMember& op) const {
    return fmt::format("wait for {} to be a healthy etcd member", op.target);
  }
  std::string operator()(const SnapshotEtcd& op) const { return fmt::format("take etcd snapshot for {}", op.target); }
  std::string operator()(const HandOverLeadership& op) const {
    return fmt::format("hand over etcd's leadership from {}", op.target);
  }
  std::string operator()(const LeaveEtcd& op) const {
    return fmt::format("leave etcd on {} (member {})", op.target, op.member_id);
  }
  std::string operator()(const RemoveEtcdMember& op) const {
    return fmt::format("remove etcd member of {} (member {})", op.target, op.member_id);
  }
  std::string operator()(const WriteKubeconfig& op) const { return fmt::format("write kubeconfig of {}", op.target); }
  std::string operator()(const RestartKubelet& op) const { return fmt::format("restart kubelet on {}", op.target); }
  std::string operator()(const AwaitApi& op) const {
    return fmt::format("wait for the Kubernetes API of {} to answer", op.target);
  }
  std::string operator()(const UpgradeKubernetes& op) const {
    return fmt::format("upgrade Kubernetes of {} ({} to {})", op.target, op.from, op.version);
  }
  std::string operator()(const ApplyNamespace& op) const {
    return fmt::format("apply namespace {}{}", op.target, op.privileged ? " (privileged)" : "");
  }
  std::string operator()(const AwaitNode& op) const { return fmt::format("wait for node {} to be Ready", op.target); }
  std::string operator()(const AwaitNodeLost& op) const {
    return fmt::format("wait for the kubelet of node {} to be silent", op.target);
  }
  std::string operator()(const LabelNode& op) const {
    return fmt::format("label node {} ({}, {})", op.target, counted(op.labels.size(), "label"),
                       counted(op.taints.size(), "taint"));
  }
  std::string operator()(const DrainNode& op) const { return fmt::format("cordon and drain node {}", op.target); }
  std::string operator()(const UncordonNode& op) const { return fmt::format("uncordon node {}", op.target); }
  std::string operator()(const DeleteNode& op) const { return fmt::format("delete node {}", op.target); }
  std::string operator()(const ApplyAddressPool& op) const {
    return fmt::format("apply address pool of {} ({})", op.target,
                       op.range.empty() ? "chosen from the switch's subnet" : op.range);
  }
  std::string operator()(const ApplyRoute& op) const {
    return fmt::format("apply route {} to {}/{}:{}", op.target, op.service_namespace, op.service, op.port);
  }
  std::string operator()(const DeleteRoute& op) const { return fmt::format("delete route {}", op.target); }
  std::string operator()(const ApplyCustomResourceDefinitions& op) const {
    return fmt::format("apply custom resource definitions of {}", op.target);
  }
  std::string operator()(const InstallRelease& op) const { return fmt::format("install release {}", op.target); }
  std::string operator()(const UpgradeRelease& op) const { return fmt::format("upgrade release {}", op.target); }
  std::string operator()(const UnlockRelease& op) const {
    return fmt::format("unlock release {} ({})", op.target, op.status);
  }
  std::string operator()(const UninstallRelease& op) const {
    return fmt::format("uninstall release {} from namespace {}", op.target, op.namespace_name);
  }
  std::string operator()(const AwaitRelease& op) const {
    return fmt::format("wait for release {} to be ready", op.target);
  }
  std::string operator()(const WriteHosts& op) const {
    return fmt::format("write hosts file: {}",
                       op.hosts.empty() ? "no names" : fmt::format("{}", fmt::join(op.hosts, ", ")));
  }
  std::string operator()(const AwaitRoute& op) const {
    return fmt::format("wait for http://{}{} to answer", op.target, op.path);
  }
  std::string operator()(const RemoveCredentials& op) const {
    return fmt::format("remove credentials of {}", op.target);
  }
};

}  // namespace

std::string describe(const Op& op) { return std::visit(Describe{}, op); }

}  // namespace tbx
