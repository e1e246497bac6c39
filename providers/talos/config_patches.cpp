#include "providers/talos/config_patches.h"

#include <initializer_list>
#include <iterator>

#include <fmt/format.h>

namespace tbx {

namespace {

using nlohmann::json;

json nested(std::initializer_list<const char*> keys, json value) {
  for (auto key = std::rbegin(keys); key != std::rend(keys); ++key) {
    value = json{{*key, std::move(value)}};
  }
  return value;
}

void add_network(const NodeSpec& node, const NodeNetwork& network, json& patch) {
  const NodeAddress& own = network.nodes.at(node.name);
  if (network.subnet.empty() || own.address.empty()) {
    return;
  }
  json card{{"deviceSelector", {{"hardwareAddr", own.mac}}},
            {"dhcp", true},
            {"addresses", {fmt::format("{}/{}", own.address, network.prefix_length)}}};
  patch.merge_patch(nested({"machine", "kubelet", "nodeIP", "validSubnets"}, {network.subnet}));
  if (node.role == Role::control_plane) {
    card["vip"] = {{"ip", network.vip}};
    patch.merge_patch(nested({"cluster", "etcd", "advertisedSubnets"}, {network.subnet}));
  }
  patch.merge_patch(nested({"machine", "network", "interfaces"}, json::array({card})));
}

void add_control_plane(const ClusterSpec& spec, const NodeSpec& node, const ConfigFacts& facts, json& patch) {
  if (facts.has_cni) {
    patch.merge_patch(nested({"cluster", "network", "cni", "name"}, "none"));
    patch.merge_patch(nested({"cluster", "proxy", "disabled"}, true));
  }
  if (node.schedulable) {
    patch.merge_patch(nested({"cluster", "allowSchedulingOnControlPlanes"}, true));
    patch.merge_patch(nested({"machine", "nodeLabels", "node.kubernetes.io/exclude-from-external-load-balancers"},
                             {{"$patch", "delete"}}));
  }
  if (!spec.network.service_subnet.empty()) {
    patch.merge_patch(nested({"cluster", "network", "serviceSubnets"}, {spec.network.service_subnet}));
  }
}

}  // namespace

std::vector<ConfigPatch> patches_for(const ClusterSpec& spec, const NodeSpec& node, const ConfigFacts& facts,
                                     const std::string& contract) {
  json ours = json::object();
  std::vector<ConfigPatch> patches;
  if (contract == "v1.11") {
    ours.merge_patch(nested({"machine", "network", "hostname"}, node.name));
  } else {
    patches.push_back(
        {json{{"apiVersion", "v1alpha1"}, {"kind", "HostnameConfig"}, {"hostname", node.name}, {"auto", "off"}}});
  }
  add_network(node, facts.network, ours);
  if (!spec.network.pod_subnet.empty()) {
    ours.merge_patch(nested({"cluster", "network", "podSubnets"}, {spec.network.pod_subnet}));
  }
  if (node.role == Role::control_plane) {
    add_control_plane(spec, node, facts, ours);
  }
  if (!ours.empty()) {
    patches.push_back({ours});
  }
  for (const std::string& patch : node.patches) {
    patches.push_back({json::parse(patch)});
  }
  return patches;
}

}  // namespace tbx
