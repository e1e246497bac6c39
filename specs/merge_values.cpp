#include "specs/merge_values.h"

#include <string>

namespace tbx {

using nlohmann::json;

namespace {

/// A null for a value that is not ours stays: Helm reads it as taking the chart's own default away.
void take_away(json& values, const std::string& key) {
  if (values.contains(key) && !values[key].is_null()) {
    values.erase(key);
  } else {
    values[key] = nullptr;
  }
}

}  // namespace

void merge_values(json& values, const json& over) {
  if (!values.is_object() || !over.is_object()) {
    values = over;
    return;
  }
  for (const auto& member : over.items()) {
    if (member.value().is_null()) {
      take_away(values, member.key());
    } else if (member.value().is_object()) {
      json& below = values[member.key()];
      if (!below.is_object()) below = json::object();
      merge_values(below, member.value());
    } else {
      values[member.key()] = member.value();
    }
  }
}

const json& value_at(const json& values, std::string_view dotted_path) {
  static const json nothing;
  const json* at = &values;
  while (!dotted_path.empty()) {
    const std::size_t dot = dotted_path.find('.');
    const std::string key(dotted_path.substr(0, dot));
    if (!at->is_object() || !at->contains(key)) return nothing;
    at = &(*at)[key];
    dotted_path.remove_prefix(dot == std::string_view::npos ? dotted_path.size() : dot + 1);
  }
  return *at;
}

}  // namespace tbx
