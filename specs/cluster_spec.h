// What the user wants: the completed cluster.yaml, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tbx {

enum class Role { control_plane, worker };

/// Where PowerShell runs: on this Windows machine, from WSL, or over ssh.
enum class HypervVia { local, wsl, ssh };

enum class TaintEffect { no_schedule, prefer_no_schedule, no_execute };

struct Taint {
  std::string key;
  std::string value;  ///< may be empty
  TaintEffect effect = TaintEffect::no_schedule;
  bool operator==(const Taint&) const = default;
};

/// One machine, with everything of its pool filled in.
struct NodeSpec {
  std::string name;  ///< VM name, host name and Kubernetes node name in one
  Role role = Role::worker;
  std::string pool;  ///< "control-plane", "worker", or the pool's own name
  int number = 1;    ///< the 1-based number in the name
  int cpu_count = 2;
  std::int64_t memory_mib = 4096;
  std::int64_t disk_gib = 20;
  std::map<std::string, std::string> labels;
  std::vector<Taint> taints;  ///< sorted by key, then effect
  /// Machine-config patches as canonical JSON objects, in the order they are merged.
  std::vector<std::string> patches;
  bool schedulable = true;  ///< carries workloads; for a worker always true
  bool is_protected = false;
  int max_unavailable = 1;  ///< of its pool that may be away at once for a change or an upgrade; a control plane: 1
  bool operator==(const NodeSpec&) const = default;
};

/// What must be ready before an addon counts as there: "Deployment ns/name", "DaemonSet ns/name", …
struct ReadyGate {
  std::string kind;  ///< Deployment, DaemonSet, StatefulSet, Service (has an address), APIService
  std::string namespace_name;
  std::string name;
  bool operator==(const ReadyGate&) const = default;
};

/// One Helm release, catalogue entry and user's wishes already merged.
struct AddonSpec {
  std::string name;     ///< the release's name as well
  std::string chart;    ///< chart name, oci:// reference, or a path relative to the spec
  std::string repo;     ///< repository URL; empty for oci:// and local charts
  std::string version;  ///< chart version; empty only for a local chart
  std::string namespace_name;
  bool namespace_privileged = false;  ///< Pod Security labels are set before the release
  bool is_cni = false;                ///< nodes become Ready only with it; Flannel and kube-proxy are left out
  bool owns_custom_resource_definitions = false;  ///< Helm never upgrades them: tbx applies them first
  /// Canonical JSON object: catalogue values, then valuesFile, then values.
  std::string values = "{}";
  std::vector<std::string> after;  ///< names of addons that must be ready first, sorted
  std::vector<ReadyGate> ready;
  bool needs_load_balancer = false;  ///< asks for an address of the pool
  bool is_load_balancer = false;     ///< serves the pool (MetalLB)
  bool is_ingress = false;           ///< routes go through it (Traefik)
  bool operator==(const AddonSpec&) const = default;
};

/// A host name that leads to a service of the cluster.
struct RouteSpec {
  std::string host;
  std::string dashboard;  ///< grafana, prometheus, hubble, traefik; empty for a service of the user's own
  std::string service_namespace;
  std::string service;
  int port = 80;
  std::string path = "/";                 ///< what the probe and the printed address ask for
  std::string addon;                      ///< the addon that brings the service; empty when none is known
  std::string user;                       ///< user name of the dashboard, shown at the end of an apply; may be empty
  std::string password_hint;              ///< where the password is, never the password itself
  bool served_by_ingress_itself = false;  ///< Traefik's own dashboard: its chart makes the route
  bool operator==(const RouteSpec&) const = default;
};

struct NetworkSpec {
  /// "none", a CIDR, or empty: chosen when the cluster is created, then kept by the marks.
  std::string node_subnet;
  std::string pod_subnet;      ///< empty: Talos' default, 10.244.0.0/16
  std::string service_subnet;  ///< empty: Talos' default, 10.96.0.0/12
  bool operator==(const NetworkSpec&) const = default;
};

struct HypervSpec {
  HypervVia via = HypervVia::local;
  std::string host;  ///< only with ssh
  std::string switch_name = "Default Switch";
  std::string path;      ///< empty: the host's default folder
  std::string iso_path;  ///< empty: the folder iso/ beside the spec
  bool operator==(const HypervSpec&) const = default;
};

/// The whole wish. The loader sorts and completes it, so that equal wishes compare equal.
struct ClusterSpec {
  std::string name;
  std::string talos_version;       ///< with the leading v
  std::string schematic;           ///< Image Factory schematic; empty: the stock image
  std::string arch;                ///< amd64, arm64; empty: the host's
  std::string kubernetes_version;  ///< with the leading v; empty: see design, "kubernetes"
  HypervSpec hyperv;
  NetworkSpec network;
  std::vector<NodeSpec> nodes;               ///< control planes first, then by pool and number
  bool is_protected = false;                 ///< spec.protect: no plan deletes anything, destroy is refused
  std::vector<std::string> protected_nodes;  ///< spec.protectNodes, sorted; may name nodes that are gone from the pools
  std::vector<AddonSpec> addons;             ///< enabled ones, sorted by name
  std::string metallb_pool;                  ///< "a.b.c.d-a.b.c.e" or a CIDR; empty: chosen
  std::vector<RouteSpec> routes;             ///< sorted by host
  std::map<std::string, int> deadline_seconds;  ///< by kind of action, such as "bootstrap-etcd"
  bool operator==(const ClusterSpec&) const = default;
};

}  // namespace tbx
