#include "providers/kubernetes/manifests.h"

#include <nlohmann/json.hpp>

#include "providers/kubernetes/objects.h"
#include "providers/kubernetes/taints.h"

namespace tbx {

namespace {

using nlohmann::json;

json metadata_of(const std::string& name, const std::string& cluster_id) {
  return {{"name", name}, {"labels", {{cluster_label, cluster_id}}}};
}

json object(const char* api_version, const char* kind, json metadata) {
  return {{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

}  // namespace

std::string namespace_manifest(const ApplyNamespace& op, const std::string& cluster_id) {
  json metadata = metadata_of(op.target, cluster_id);
  if (op.privileged) {
    for (const char* mode : {"enforce", "audit", "warn"}) {
      metadata["labels"][std::string("pod-security.kubernetes.io/") + mode] = "privileged";
    }
  }
  return object("v1", "Namespace", std::move(metadata)).dump();
}

std::string node_manifest(const LabelNode& op, const std::string& uid, const std::string& cluster_id) {
  json metadata = metadata_of(op.target, cluster_id);
  metadata["uid"] = uid;
  for (const auto& [key, value] : op.labels) {
    metadata["labels"][key] = value;
  }
  if (!op.taints.empty()) {
    metadata["annotations"] = {{taints_annotation, taints_annotation_value(op.taints)}};
  }
  return object("v1", "Node", std::move(metadata)).dump();
}

std::string address_pool_manifest(const std::string& namespace_name, const std::string& range,
                                  const std::string& cluster_id) {
  json metadata = metadata_of(std::string(address_pool_name), cluster_id);
  metadata["namespace"] = namespace_name;
  json pool = object("metallb.io/v1beta1", "IPAddressPool", metadata);
  pool["spec"] = {{"addresses", json::array({range})}};
  json advertisement = object("metallb.io/v1beta1", "L2Advertisement", metadata);
  advertisement["spec"] = {{"ipAddressPools", json::array({address_pool_name})}};
  return json{
      {"apiVersion", "v1"}, {"kind", "List"}, {"items", json::array({std::move(pool), std::move(advertisement)})}}
      .dump();
}

std::string route_name(const std::string& host) { return "tbx-" + host; }

std::string route_manifest(const ApplyRoute& op, const std::string& ingress_class, const std::string& cluster_id) {
  json metadata = metadata_of(route_name(op.target), cluster_id);
  metadata["namespace"] = op.service_namespace;
  json path = {{"path", "/"},
               {"pathType", "Prefix"},
               {"backend", {{"service", {{"name", op.service}, {"port", {{"number", op.port}}}}}}}};
  json rule = {{"host", op.target}, {"http", {{"paths", json::array({std::move(path)})}}}};
  json ingress = object("networking.k8s.io/v1", "Ingress", std::move(metadata));
  ingress["spec"] = {{"rules", json::array({std::move(rule)})}};
  if (!ingress_class.empty()) {
    ingress["spec"]["ingressClassName"] = ingress_class;
  }
  return ingress.dump();
}

}  // namespace tbx
