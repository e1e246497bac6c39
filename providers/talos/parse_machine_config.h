// The running machine config, and how it differs from what Talos generates by itself.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config_paths.h"
#include "engine/error.h"
#include "providers/talos/parse_resources.h"
#include "specs/mask.h"

namespace tbx {

/// The YAML documents of a machine config: a generated file, or the `spec` of a MachineConfig resource.
/// Messages name lines, never values.
Result<std::vector<nlohmann::json>> parse_machine_config(std::string_view yaml);

/// `get machineconfig v1alpha1`: the config that is active.
Result<std::vector<nlohmann::json>> active_machine_config(const TalosResource& resource);

/// TalosNode::config: `running` minus `base`, with secrets as fingerprints. `base` has to be generated with the same
/// secrets, Talos version, endpoint and install image. `kept`: paths that the spec asks for, which are to be seen also
/// where the base has the same value.
FlatConfig machine_config_overlay(const std::vector<nlohmann::json>& base, const std::vector<nlohmann::json>& running,
                                  const FingerprintKey* key, const std::set<std::string>& kept = {});

}  // namespace tbx
