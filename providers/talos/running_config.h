// The config that a machine runs with, as the plan compares it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/config_paths.h"
#include "engine/observed.h"
#include "providers/talos/machine_configs.h"
#include "providers/talos/parse_resources.h"
#include "specs/mask.h"

namespace tbx {

struct RunningConfig {
  std::vector<nlohmann::json> documents;  ///< with secrets
  FlatConfig overlay;                     ///< TalosNode::config: secrets are fingerprints
  std::string hostname;                   ///< empty where the config says none

  /// Whether the config gives the machine this address.
  bool has_address(const std::string& address) const;
};

/// What runs minus what the generator would give by itself for the same release, endpoint and image. A host name is
/// told in today's words, wherever the config keeps it: Talos 1.11 and before knew no document for it.
/// `resources`: of one machine, with its MachineConfig. Errors: malformed_answer, and those of the generator.
Result<RunningConfig> running_config(const ClusterSpec& spec, const std::string& node,
                                     const std::vector<TalosResource>& resources, MachineConfigs& configs,
                                     const FingerprintKey* key, const Observed& found);

}  // namespace tbx
