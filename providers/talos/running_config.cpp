#include "providers/talos/running_config.h"

#include <algorithm>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "providers/talos/parse_machine_config.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr const char* legacy_hostname = "machine.network.hostname";

/// Spelled out by the spec, so to be seen also where they are as generated.
std::set<std::string> wanted_paths(const ClusterSpec& spec, const std::string& node, const Observed& found) {
  std::set<std::string> paths;
  const NodeSpec* wanted = wanted_node(spec, node);
  if (wanted == nullptr) {
    return paths;
  }
  const NodeNetwork network = lay_out_node_network(spec, found);
  for (const auto& [path, value] : wanted_config(spec, *wanted, config_facts(spec, found, network))) {
    paths.insert(path);
  }
  return paths;
}

void tell_hostname_in_todays_words(FlatConfig& overlay) {
  auto legacy = overlay.find(legacy_hostname);
  if (legacy == overlay.end() || overlay.contains("HostnameConfig.hostname")) {
    return;
  }
  overlay["HostnameConfig.auto"] = json_text("off");
  overlay["HostnameConfig.hostname"] = legacy->second;
  overlay.erase(legacy_hostname);
}

std::string hostname_in(const FlatConfig& overlay) {
  auto hostname = overlay.find("HostnameConfig.hostname");
  const json value = hostname == overlay.end() ? json() : json::parse(hostname->second);
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace

bool RunningConfig::has_address(const std::string& address) const {
  return !address.empty() && std::ranges::any_of(overlay, [&](const auto& leaf) {
    return leaf.first.starts_with("machine.network.interfaces[") && leaf.first.ends_with(".addresses") &&
           leaf.second.find('"' + address + '/') != std::string::npos;
  });
}

Result<RunningConfig> running_config(const ClusterSpec& spec, const std::string& node,
                                     const std::vector<TalosResource>& resources, MachineConfigs& configs,
                                     const FingerprintKey* key, const Observed& found) {
  const TalosResource* resource = find_resource(resources, "MachineConfigs.config.talos.dev", "v1alpha1");
  if (resource == nullptr) {
    return failure(ErrorKind::malformed_answer, "talosctl printed no active machine config");
  }
  auto documents = active_machine_config(*resource);
  if (!documents) {
    return tl::unexpected(documents.error());
  }
  auto base = configs.base(spec.name, base_of(*documents));
  if (!base) {
    return tl::unexpected(base.error());
  }
  RunningConfig running{*std::move(documents), {}, {}};
  running.overlay = machine_config_overlay(*base, running.documents, key, wanted_paths(spec, node, found));
  tell_hostname_in_todays_words(running.overlay);
  running.hostname = hostname_in(running.overlay);
  return running;
}

}  // namespace tbx
