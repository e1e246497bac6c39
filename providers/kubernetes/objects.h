// What `kubectl get … -o json` says of a cluster, in the engine's terms. Pure: text in, data out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/observed_kubernetes.h"
#include "providers/cluster_label.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// The name under which tbx applies fields. What it owns is told by this name in an object's managedFields.
inline constexpr std::string_view field_manager = "tbx";
/// On a Node: the taints that are ours, since the API keeps no owner for single ones. Separated by commas.
inline constexpr std::string_view taints_annotation = "tbx/taints";
/// The name of our IPAddressPool and L2Advertisement.
inline constexpr std::string_view address_pool_name = "tbx";

/// What one list of all kinds together holds.
struct KubernetesObjects {
  std::vector<KubernetesNode> nodes;       ///< sorted by name
  std::vector<NamespaceState> namespaces;  ///< sorted by name
  std::string address_pool;
  std::string ingress_address;
  std::vector<RouteState> routes;  ///< sorted by host, one each; ours before anybody's
  bool serves_pools = false;       ///< the API knows IPAddressPools, listed or not
  bool operator==(const KubernetesObjects&) const = default;
};

/// `get nodes,namespaces,services,ingresses,apiservices[,ipaddresspools] -A -o json --show-managed-fields`. `spec`
/// tells the ingress addon's Service, `cluster_id` whose a route is. Malformed_answer for what is no such list.
Result<KubernetesObjects> parse_objects(std::string_view text, const ClusterSpec& spec, std::string_view cluster_id);

/// `get node NAME -o json --show-managed-fields`.
Result<KubernetesNode> parse_node_object(std::string_view text);

/// `get ipaddresspools -A -o json`: the range of ours; empty without one.
Result<std::string> parse_address_pool(std::string_view text);

/// Why a Node is not Ready, as its condition says it; empty for one that is Ready.
Result<std::string> parse_unready_reason(std::string_view text);

/// `get --raw /version`: with the leading v.
Result<std::string> parse_server_version(std::string_view text);

/// The Service through which the routes are reached; nothing where no addon is an ingress.
std::optional<ReadyGate> ingress_service(const ClusterSpec& spec);

}  // namespace tbx
