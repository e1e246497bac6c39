// Taints: which of a Node's are ours, and how its list becomes what is wanted without a loss of anybody else's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// "key=value:Effect", with the equals sign of an empty value too.
std::string taint_text(const nlohmann::json& taint);

/// Those of the Node's list that the annotation names, sorted.
std::vector<std::string> own_taints(const nlohmann::json& taints, std::string_view annotation);

/// The annotation's text for these.
std::string taints_annotation_value(const std::vector<std::string>& taints);

/// The Node's list with `wanted` in it, without those that were ours and are wanted no more. One of the same key and
/// effect gives way: the API takes no two. Everything else stays where it is, as it is.
nlohmann::json merged_taints(const nlohmann::json& taints, std::string_view annotation,
                             const std::vector<std::string>& wanted);

/// A JSON patch that makes the list of `before` that of `after`, and is refused when the list is another by then: a
/// cordon and the node controller write it too.
nlohmann::json taints_patch(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace tbx
