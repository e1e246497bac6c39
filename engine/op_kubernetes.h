// The ops of Kubernetes and Helm; see op.h.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tbx {

struct AwaitApi {
  std::string target;
  bool operator==(const AwaitApi&) const = default;
};
/// The control plane's pods and every kubelet, node by node; one minor release at a time.
struct UpgradeKubernetes {
  std::string target;
  std::string from;  ///< with the leading v, like `version`
  std::string version;
  bool operator==(const UpgradeKubernetes&) const = default;
};
struct ApplyNamespace {
  std::string target;
  bool privileged = false;
  bool operator==(const ApplyNamespace&) const = default;
};
struct AwaitNode {
  std::string target;
  bool operator==(const AwaitNode&) const = default;
};
/// Until the kubelet of a Node whose machine is gone has been silent for so long that nothing can stand behind it.
struct AwaitNodeLost {
  std::string target;
  bool operator==(const AwaitNodeLost&) const = default;
};
struct LabelNode {
  std::string target;
  std::map<std::string, std::string> labels;  ///< the whole wanted set of ours
  std::vector<std::string> taints;            ///< the whole wanted set of ours, key=value:Effect
  bool operator==(const LabelNode&) const = default;
};
/// Cordons, then drains; disruption budgets are respected.
struct DrainNode {
  std::string target;
  bool operator==(const DrainNode&) const = default;
};
struct UncordonNode {
  std::string target;
  bool operator==(const UncordonNode&) const = default;
};
struct DeleteNode {
  std::string target;
  std::string system_uuid;
  bool operator==(const DeleteNode&) const = default;
};
struct ApplyAddressPool {
  std::string target;  ///< the addon that serves the pool
  std::string range;   ///< "a.b.c.d-a.b.c.e"; empty: chosen when the action starts, from the switch as it is then
  bool operator==(const ApplyAddressPool&) const = default;
};
struct ApplyRoute {
  std::string target;
  std::string service_namespace;
  std::string service;
  int port = 80;
  bool operator==(const ApplyRoute&) const = default;
};
struct DeleteRoute {
  std::string target;
  bool operator==(const DeleteRoute&) const = default;
};
/// Helm never upgrades what lies in a chart's crds folder: it is applied before the release.
struct ApplyCustomResourceDefinitions {
  std::string target;
  bool operator==(const ApplyCustomResourceDefinitions&) const = default;
};

/// Chart, version, namespace and unmasked values are taken from the ClusterSpec by the release's name.
struct InstallRelease {
  std::string target;
  bool operator==(const InstallRelease&) const = default;
};
struct UpgradeRelease {
  std::string target;
  bool operator==(const UpgradeRelease&) const = default;
};
/// Brings a release that a killed helm left pending back to one that can be upgraded.
struct UnlockRelease {
  std::string target;
  std::string status;
  bool operator==(const UnlockRelease&) const = default;
};
struct UninstallRelease {
  std::string target;
  std::string namespace_name;
  bool operator==(const UninstallRelease&) const = default;
};
struct AwaitRelease {
  std::string target;
  bool operator==(const AwaitRelease&) const = default;
};

}  // namespace tbx
