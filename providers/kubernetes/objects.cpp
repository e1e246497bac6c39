#include "providers/kubernetes/objects.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/json_place.h"
#include "providers/kubernetes/kubectl_json.h"
#include "providers/kubernetes/taints.h"
#include "specs/names.h"

namespace tbx {

namespace {

using nlohmann::json;

/// Labels of the Node that our field manager owns, without the one that says whose it is.
std::map<std::string, std::string> own_labels(const json& node) {
  std::map<std::string, std::string> labels;
  constexpr std::string_view prefix = "f:";
  for (const json& entry : at(node, {"metadata", "managedFields"})) {
    const json& owned = at(entry, {"fieldsV1", "f:metadata", "f:labels"});
    if (text_at(entry, {"manager"}) != field_manager || !owned.is_object()) continue;
    for (const auto& [field, ignored] : owned.items()) {
      std::string key = field.starts_with(prefix) ? field.substr(prefix.size()) : "";
      const json& value = at(node, {"metadata", "labels", key});
      if (key != cluster_label && value.is_string()) {
        labels[key] = value.get<std::string>();
      }
    }
  }
  return labels;
}

const json& ready_condition(const json& node) {
  return item_where(at(node, {"status", "conditions"}), "type", "Ready");
}

KubernetesNode node_of(const json& object) {
  KubernetesNode node;
  node.name = text_at(object, {"metadata", "name"});
  node.uid = text_at(object, {"metadata", "uid"});
  node.system_uuid = lower_case(text_at(object, {"status", "nodeInfo", "systemUUID"}));
  node.ready = text_at(ready_condition(object), {"status"}) == "True";
  node.unschedulable = at(object, {"spec", "unschedulable"}) == true;
  node.kubelet_version = text_at(object, {"status", "nodeInfo", "kubeletVersion"});
  node.internal_address = text_at(item_where(at(object, {"status", "addresses"}), "type", "InternalIP"), {"address"});
  node.labels = own_labels(object);
  node.taints =
      own_taints(at(object, {"spec", "taints"}), text_at(object, {"metadata", "annotations", taints_annotation}));
  return node;
}

NamespaceState namespace_of(const json& object) {
  return {text_at(object, {"metadata", "name"}),
          text_at(object, {"metadata", "labels", "pod-security.kubernetes.io/enforce"}) == "privileged"};
}

bool is_our_pool(const json& object) { return text_at(object, {"metadata", "name"}) == address_pool_name; }

std::string pool_range(const json& object) {
  std::vector<std::string> ranges;
  for (const json& range : at(object, {"spec", "addresses"})) {
    ranges.push_back(text_at(range, {}));
  }
  return fmt::format("{}", fmt::join(ranges, ","));
}

std::string load_balancer_address(const json& service) {
  const json& addresses = at(service, {"status", "loadBalancer", "ingress"});
  if (!addresses.is_array() || addresses.empty()) return "";
  std::string address = text_at(addresses.front(), {"ip"});
  return address.empty() ? text_at(addresses.front(), {"hostname"}) : address;
}

/// By "namespace/name/port name": an Ingress may name a port instead of giving its number.
using PortNumbers = std::map<std::string, int>;

void read_ports(const json& service, PortNumbers& numbers) {
  for (const json& port : at(service, {"spec", "ports"})) {
    std::string key = fmt::format("{}/{}/{}", text_at(service, {"metadata", "namespace"}),
                                  text_at(service, {"metadata", "name"}), text_at(port, {"name"}));
    numbers[key] = at(port, {"port"}).is_number_integer() ? at(port, {"port"}).get<int>() : 0;
  }
}

/// Where one rule leads to: its path "/", or else its first.
RouteState route_of(const json& ingress, const json& rule, const PortNumbers& numbers, std::string_view cluster_id) {
  RouteState route;
  route.host = text_at(rule, {"host"});
  route.service_namespace = text_at(ingress, {"metadata", "namespace"});
  route.ours = !cluster_id.empty() && text_at(ingress, {"metadata", "labels", cluster_label}) == cluster_id;
  const json& paths = at(rule, {"http", "paths"});
  if (!paths.is_array() || paths.empty()) return route;
  const json& root = item_where(paths, "path", "/");
  const json& service = at(root.is_null() ? paths.front() : root, {"backend", "service"});
  route.service = text_at(service, {"name"});
  const json& number = at(service, {"port", "number"});
  auto named =
      numbers.find(fmt::format("{}/{}/{}", route.service_namespace, route.service, text_at(service, {"port", "name"})));
  route.port = number.is_number_integer() ? number.get<int>() : named == numbers.end() ? 0 : named->second;
  return route;
}

void sort_routes(std::vector<RouteState>& routes) {
  std::ranges::sort(routes, [](const RouteState& left, const RouteState& right) {
    auto key = [](const RouteState& route) { return std::tie(route.host, route.service_namespace, route.service); };
    return left.host == right.host && left.ours != right.ours ? left.ours : key(left) < key(right);
  });
  auto rest = std::ranges::unique(routes, {}, &RouteState::host);
  routes.erase(rest.begin(), rest.end());
}

}  // namespace

std::optional<ReadyGate> ingress_service(const ClusterSpec& spec) {
  for (const AddonSpec& addon : spec.addons) {
    auto gate = std::ranges::find(addon.ready, "Service", &ReadyGate::kind);
    if (addon.is_ingress && gate != addon.ready.end()) {
      return *gate;
    }
  }
  return std::nullopt;
}

namespace {

/// Reads a list item by item; what needs another item (a port by its name) is made at the end.
struct ListReader {
  std::optional<ReadyGate> ingress;
  KubernetesObjects objects = {};
  PortNumbers ports = {};
  std::vector<const json*> ingresses = {};

  void read_service(const json& item) {
    read_ports(item, ports);
    if (ingress && text_at(item, {"metadata", "namespace"}) == ingress->namespace_name &&
        text_at(item, {"metadata", "name"}) == ingress->name) {
      objects.ingress_address = load_balancer_address(item);
    }
  }

  void read(const json& item) {
    const std::string kind = text_at(item, {"kind"});
    if (kind == "Node") {
      objects.nodes.push_back(node_of(item));
    } else if (kind == "Namespace") {
      objects.namespaces.push_back(namespace_of(item));
    } else if (kind == "IPAddressPool" && is_our_pool(item)) {
      objects.address_pool = pool_range(item);
    } else if (kind == "APIService" && text_at(item, {"metadata", "name"}) == "v1beta1.metallb.io") {
      objects.serves_pools = true;
    } else if (kind == "Ingress") {
      ingresses.push_back(&item);
    } else if (kind == "Service") {
      read_service(item);
    }
  }

  void finish(std::string_view cluster_id) {
    for (const json* item : ingresses) {
      for (const json& rule : at(*item, {"spec", "rules"})) {
        RouteState route = route_of(*item, rule, ports, cluster_id);
        if (!route.host.empty()) objects.routes.push_back(std::move(route));
      }
    }
    std::ranges::sort(objects.nodes, {}, &KubernetesNode::name);
    std::ranges::sort(objects.namespaces, {}, &NamespaceState::name);
    sort_routes(objects.routes);
  }
};

}  // namespace

Result<KubernetesObjects> parse_objects(std::string_view text, const ClusterSpec& spec, std::string_view cluster_id) {
  return parse_kubectl_list(text).map([&](const json& list) {
    ListReader reader{ingress_service(spec)};
    for (const json& item : at(list, {"items"})) {
      reader.read(item);
    }
    reader.finish(cluster_id);
    return std::move(reader.objects);
  });
}

Result<std::string> parse_address_pool(std::string_view text) {
  return parse_kubectl_list(text).map([](const json& list) {
    const json& items = at(list, {"items"});
    auto ours = std::ranges::find_if(items, is_our_pool);
    return ours == items.end() ? "" : pool_range(*ours);
  });
}

Result<KubernetesNode> parse_node_object(std::string_view text) {
  return parse_kubectl_object(text, "Node").map([](const json& object) { return node_of(object); });
}

Result<std::string> parse_unready_reason(std::string_view text) {
  return parse_kubectl_object(text, "Node").map([](const json& object) -> std::string {
    const json& condition = ready_condition(object);
    if (text_at(condition, {"status"}) == "True") return "";
    std::string message = text_at(condition, {"message"});
    return message.empty() ? "its kubelet has not spoken yet" : message;
  });
}

Result<std::string> parse_server_version(std::string_view text) {
  Result<json> object = parse_kubectl_object(text, "version");
  if (!object) return tl::unexpected(object.error());
  std::string version = text_at(*object, {"gitVersion"});
  return version.starts_with('v') ? Result<std::string>(version) : malformed_kubectl_output("version");
}

}  // namespace tbx
