// What the spec asks for of a node's machine config, as patches for Talos' own generator.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/machine_config.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// One strategic-merge patch: its documents.
using ConfigPatch = std::vector<nlohmann::json>;

/// What the spec asks for of a node beside what the generator gives by itself, in the order in which it is merged.
/// With the secrets of the spec. `contract`: which document holds the host name.
std::vector<ConfigPatch> patches_for(const ClusterSpec& spec, const NodeSpec& node, const ConfigFacts& facts,
                                     const std::string& contract);

}  // namespace tbx
