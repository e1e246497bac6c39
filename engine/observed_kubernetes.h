// What Kubernetes and Helm reported.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/observed_host.h"

namespace tbx {

struct KubernetesNode {
  std::string name;
  std::string uid;
  std::string system_uuid;  ///< lower case; equals the VM's BIOS GUID
  bool ready = false;
  bool unschedulable = false;
  std::string kubelet_version;
  std::string internal_address;
  std::map<std::string, std::string> labels;  ///< only those that our field manager owns
  std::vector<std::string> taints;            ///< ours, as key=value:Effect, sorted
  bool operator==(const KubernetesNode&) const = default;
};
BOOST_DESCRIBE_STRUCT(KubernetesNode, (),
                      (name, uid, system_uuid, ready, unschedulable, kubelet_version, internal_address, labels, taints))

struct NamespaceState {
  std::string name;
  bool privileged = false;
  bool operator==(const NamespaceState&) const = default;
};
BOOST_DESCRIBE_STRUCT(NamespaceState, (), (name, privileged))

struct RouteState {
  std::string host;
  std::string service_namespace;
  std::string service;
  int port = 0;
  bool ours = false;
  bool operator==(const RouteState&) const = default;
};
BOOST_DESCRIBE_STRUCT(RouteState, (), (host, service_namespace, service, port, ours))

struct KubernetesState {
  Presence presence = Presence::unknown;  ///< absent: never bootstrapped, so there is no API
  std::string reason;
  std::string version;                ///< of the API server, with the leading v
  std::vector<KubernetesNode> nodes;  ///< sorted by name
  std::vector<NamespaceState> namespaces;
  std::string address_pool;     ///< range of our MetalLB pool, "a.b.c.d-a.b.c.e"; empty: none
  std::string ingress_address;  ///< address of the ingress addon's LoadBalancer service; empty: none
  std::vector<RouteState> routes;
  bool operator==(const KubernetesState&) const = default;
};
BOOST_DESCRIBE_STRUCT(KubernetesState, (),
                      (presence, reason, version, nodes, namespaces, address_pool, ingress_address, routes))

/// Begins the field of a drift that is a whole kind: somebody deleted its definition, which no upgrade brings back.
inline constexpr const char* absent_definition = "CustomResourceDefinition of ";

/// One field of a release whose live object differs from the release's own record.
struct LiveDrift {
  std::string field;   ///< "Deployment traefik/traefik spec.replicas"
  std::string live;    ///< JSON text
  std::string wanted;  ///< JSON text
  bool operator==(const LiveDrift&) const = default;
};
BOOST_DESCRIBE_STRUCT(LiveDrift, (), (field, live, wanted))

struct Release {
  std::string name;
  std::string namespace_name;
  std::string status;  ///< Helm's word: deployed, failed, pending-install, …
  int revision = 0;
  std::string chart;                   ///< name only
  std::string version;                 ///< chart version
  std::string values = "{}";           ///< user values, canonical JSON, secrets masked
  bool ours = false;                   ///< carries the label of this cluster
  Presence ready = Presence::unknown;  ///< present: everything of its ready gates is
  std::vector<std::string> not_ready;  ///< "Deployment traefik/traefik: 0 of 1 ready"
  std::vector<LiveDrift> live_drift;
  bool operator==(const Release&) const = default;
};
BOOST_DESCRIBE_STRUCT(Release, (),
                      (name, namespace_name, status, revision, chart, version, values, ours, ready, not_ready,
                       live_drift))

struct HelmState {
  Presence presence = Presence::unknown;  ///< absent: no API, so no releases
  std::string reason;
  std::vector<Release> releases;  ///< sorted by name, then namespace
  bool operator==(const HelmState&) const = default;
};
BOOST_DESCRIBE_STRUCT(HelmState, (), (presence, reason, releases))

}  // namespace tbx
