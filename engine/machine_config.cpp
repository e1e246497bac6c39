#include "engine/machine_config.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/config_paths.h"
#include "engine/json_text.h"
#include "engine/policy.h"
#include "specs/versions.h"

namespace tbx {

namespace {

using Config = std::map<std::string, std::string>;

/// A static address beside DHCP on the same card, told by its MAC; the VIP on control planes.
void add_network(const NodeSpec& node, const NodeNetwork& network, Config& config) {
  const NodeAddress& own = network.nodes.at(node.name);
  if (network.subnet.empty() || own.address.empty()) {
    return;
  }
  std::string card = fmt::format("machine.network.interfaces[{}]", own.mac);
  config[card + ".deviceSelector.hardwareAddr"] = json_text(own.mac);
  config[card + ".dhcp"] = "true";
  config[card + ".addresses"] = fmt::format("[\"{}/{}\"]", own.address, network.prefix_length);
  std::string subnets = fmt::format("[\"{}\"]", network.subnet);
  config["machine.kubelet.nodeIP.validSubnets"] = subnets;
  if (node.role == Role::control_plane) {
    config[card + ".vip.ip"] = json_text(network.vip);
    config["cluster.etcd.advertisedSubnets"] = subnets;
  }
}

void add_control_plane(const ClusterSpec& wanted, const NodeSpec& node, const ConfigFacts& facts, Config& config) {
  if (facts.has_cni) {
    config["cluster.network.cni.name"] = "\"none\"";
    config["cluster.proxy.disabled"] = "true";
  }
  if (node.schedulable) {
    config["cluster.allowSchedulingOnControlPlanes"] = "true";
    // With the label MetalLB announces nothing from a cluster of control planes only, and says nothing either.
    config["machine.nodeLabels.node.kubernetes.io/exclude-from-external-load-balancers"] = "null";
  }
  if (!wanted.network.service_subnet.empty()) {
    config["cluster.network.serviceSubnets"] = fmt::format("[\"{}\"]", wanted.network.service_subnet);
  }
}

void add_patches(const NodeSpec& node, Config& config) {
  for (const std::string& patch : node.patches) {
    for (auto& [path, value] : flatten_config({nlohmann::json::parse(patch)})) {
      config[path] = value;
    }
  }
}

bool holds_node_id(const nlohmann::json& value, bool is_encryption) {
  if (value.is_array()) {
    return std::ranges::any_of(value, [&](const nlohmann::json& item) { return holds_node_id(item, is_encryption); });
  }
  if (!value.is_object()) {
    return false;
  }
  return std::ranges::any_of(value.items(), [&](const auto& entry) {
    bool begins = entry.key() == "systemDiskEncryption" || entry.key() == "encryption";
    return (is_encryption && entry.key() == "nodeID") || holds_node_id(entry.value(), is_encryption || begins);
  });
}

}  // namespace

bool encrypts_by_node_id(const NodeSpec& node) {
  return std::ranges::any_of(
      node.patches, [](const std::string& patch) { return holds_node_id(nlohmann::json::parse(patch), false); });
}

ConfigFacts config_facts(const ClusterSpec& wanted, const Observed& found, const NodeNetwork& network) {
  auto is_network = [](const Release& release) { return release.ours && is_cni_chart(release.chart); };
  return {network, std::ranges::any_of(wanted.addons, &AddonSpec::is_cni) ||
                       std::ranges::any_of(found.helm.releases, is_network)};
}

std::string installer_image(const ClusterSpec& wanted, const std::string& version) {
  bool only_factory = parse_version(version)->minor >= 14;
  if (wanted.schematic.empty() && !only_factory) {
    return fmt::format("ghcr.io/siderolabs/installer:{}", version);
  }
  return fmt::format("factory.talos.dev/metal-installer/{}:{}",
                     wanted.schematic.empty() ? stock_schematic : wanted.schematic, version);
}

Config wanted_config(const ClusterSpec& wanted, const NodeSpec& node, const ConfigFacts& facts) {
  Config config;
  config["HostnameConfig.auto"] = "\"off\"";
  config["HostnameConfig.hostname"] = json_text(node.name);
  add_network(node, facts.network, config);
  if (!wanted.network.pod_subnet.empty()) {
    config["cluster.network.podSubnets"] = fmt::format("[\"{}\"]", wanted.network.pod_subnet);
  }
  if (node.role == Role::control_plane) {
    add_control_plane(wanted, node, facts, config);
  }
  if (!wanted.schematic.empty()) {
    config["machine.install.image"] = json_text(installer_image(wanted, wanted.talos_version));
  }
  add_patches(node, config);
  return config;
}

bool needs_reboot(std::string_view path) {
  auto holds = [&](std::string_view part) {
    std::string_view rest = path.substr(std::min(part.size(), path.size()));
    return path.starts_with(part) && (rest.empty() || rest.front() == '.' || rest.front() == '[');
  };
  // Taken at once, but etcd is only started with them.
  if (holds("cluster.etcd.extraArgs") || holds("cluster.etcd.image")) {
    return true;
  }
  constexpr std::array<std::string_view, 23> immediate = {"machine.ca",
                                                          "machine.acceptedCAs",
                                                          "machine.time",
                                                          "machine.certSANs",
                                                          "machine.install",
                                                          "machine.network",
                                                          "machine.sysfs",
                                                          "machine.sysctls",
                                                          "machine.logging",
                                                          "machine.controlPlane",
                                                          "machine.kubelet",
                                                          "machine.kernel",
                                                          "machine.registries",
                                                          "machine.pods",
                                                          "machine.seccompProfiles",
                                                          "machine.nodeAnnotations",
                                                          "machine.nodeLabels",
                                                          "machine.nodeTaints",
                                                          "machine.features.kubernetesTalosAPIAccess",
                                                          "machine.features.kubePrism",
                                                          "machine.features.hostDNS",
                                                          "machine.features.imageCache",
                                                          "machine.features.nodeAddressSortAlgorithm"};
  return path.starts_with("machine.") && std::ranges::none_of(immediate, holds);
}

}  // namespace tbx
