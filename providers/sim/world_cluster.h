// A simulated cluster: etcd's members, Kubernetes' objects, Helm's releases.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "engine/observed_kubernetes.h"

namespace tbx::sim {

/// What there is once in a cluster.
struct ClusterFacts {
  std::string id;
  int bootstraps = 0;                       ///< how often etcd was bootstrapped; each makes a cluster of its own
  int incarnation = 0;                      ///< the one that serves the API; 0: never bootstrapped
  std::vector<std::string> control_planes;  ///< nodes configured as such, sorted
  bool flannel = true;                      ///< Talos' own network; false: an addon has to bring one
  std::string kubernetes_version;
  std::string address_pool;
  std::string pool_addon;
  std::map<std::string, std::string> service_addresses;  ///< "namespace/name" of LoadBalancers
  std::vector<std::string> custom_resource_definitions;  ///< addons whose ones are there, sorted
  std::string leader;                                    ///< member ID, as last handed over; empty: never
  std::vector<std::string> alarms;                       ///< such as NOSPACE, sorted
  bool api_answered = false;                             ///< when last looked at
  bool network_installed = false;
  bool operator==(const ClusterFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClusterFacts, (),
                      (id, bootstraps, incarnation, control_planes, flannel, kubernetes_version, address_pool,
                       pool_addon, service_addresses, custom_resource_definitions, leader, alarms, api_answered,
                       network_installed))

struct SimMember {
  std::string node;
  int incarnation = 0;
  bool learner = false;
  double starts_at = 0;  ///< when its etcd runs
  double promote_at = 0;
  std::string peer;  ///< the address the others know it by
  bool operator==(const SimMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimMember, (), (node, incarnation, learner, starts_at, promote_at, peer))

struct SimNode {
  std::string uid;
  std::string system_uuid;
  std::string kubelet_version;
  std::string internal_address;
  bool unschedulable = false;
  bool control_plane_taint = false;
  std::map<std::string, std::string> labels;
  std::vector<std::string> taints;  ///< key=value:Effect, sorted
  double network_at = 0;            ///< when the network's pod on it runs; 0: not started
  double ready_since = 0;           ///< 0: NotReady
  double lost_at = 0;               ///< since when its kubelet is silent; 0: it speaks
  bool operator==(const SimNode&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimNode, (),
                      (uid, system_uuid, kubelet_version, internal_address, unschedulable, control_plane_taint, labels,
                       taints, network_at, ready_since, lost_at))

struct SimNamespace {
  bool privileged = false;
  bool operator==(const SimNamespace&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimNamespace, (), (privileged))

struct SimRoute {
  std::string service_namespace;
  std::string service;
  int port = 80;
  bool ours = true;
  bool operator==(const SimRoute&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimRoute, (), (service_namespace, service, port, ours))

/// What must be ready of a release, and where its pod runs.
struct Workload {
  std::string kind;  ///< Deployment, DaemonSet, StatefulSet, Service, APIService
  std::string namespace_name;
  std::string name;
  double starts_in = 0;  ///< seconds from placement to ready
  double ready_at = 0;   ///< 0: no node takes it
  std::string node;      ///< empty: not placed
  bool operator==(const Workload&) const = default;
};
BOOST_DESCRIBE_STRUCT(Workload, (), (kind, namespace_name, name, starts_in, ready_at, node))

struct SimRelease {
  std::string namespace_name;
  std::string status;  ///< Helm's word
  int revision = 1;
  std::string chart;
  std::string version;
  std::string values = "{}";  ///< masked: no secret ever lies in the world's file
  std::string owner;          ///< the label tbx/cluster; empty: not made by tbx
  double installed_at = 0;
  bool needs_privileged = false;
  bool is_network = false;
  bool is_load_balancer = false;
  bool is_ingress = false;
  bool needs_load_balancer = false;
  std::vector<Workload> workloads;
  std::vector<LiveDrift> live_drift;
  bool operator==(const SimRelease&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimRelease, (),
                      (namespace_name, status, revision, chart, version, values, owner, installed_at, needs_privileged,
                       is_network, is_load_balancer, is_ingress, needs_load_balancer, workloads, live_drift))

struct SimCluster {
  ClusterFacts facts;
  std::map<std::string, SimMember> members;  ///< by ID
  std::map<std::string, SimNode> nodes;
  std::map<std::string, SimNamespace> namespaces;
  std::map<std::string, SimRoute> routes;  ///< by host
  std::map<std::string, SimRelease> releases;
  bool operator==(const SimCluster&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimCluster, (), (facts, members, nodes, namespaces, routes, releases))

}  // namespace tbx::sim
