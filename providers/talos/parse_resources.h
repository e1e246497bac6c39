// Talos resources as `talosctl get TYPE -o json` prints them: JSON objects one after another, no list around them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

struct TalosResource {
  std::string type;  ///< "MachineStatuses.runtime.talos.dev"
  std::string id;
  std::string node;  ///< as it was named in -n; empty with --insecure
  nlohmann::json spec;
};

/// JSON objects with nothing but white space between them.
Result<std::vector<nlohmann::json>> parse_json_objects(std::string_view text);

/// No output means no resources. After a partial failure these are the good nodes' resources.
/// Values pass through YAML on their way: what should be text may come as a number, and is text here again.
Result<std::vector<TalosResource>> parse_resources(std::string_view output);

/// Null when there is none.
const TalosResource* find_resource(const std::vector<TalosResource>& resources, std::string_view type,
                                   std::string_view id);

/// A scalar as text; empty for null, lists and maps.
std::string lenient_text(const nlohmann::json& object, const std::string& key);

/// The texts of a list; empty for anything else.
std::vector<std::string> text_list(const nlohmann::json& object, const std::string& key);

}  // namespace tbx
