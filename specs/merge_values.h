// Helm values laid over one another.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace tbx {

/// Mappings are merged, anything else is replaced, and null takes a value away (one that is not there: Helm's own).
void merge_values(nlohmann::json& values, const nlohmann::json& over);

/// The value at a dotted path such as `hubble.ui.enabled`; null where there is none.
const nlohmann::json& value_at(const nlohmann::json& values, std::string_view dotted_path);

}  // namespace tbx
