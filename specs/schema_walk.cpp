#include "specs/schema_walk.h"

#include <algorithm>

namespace tbx {

using nlohmann::json;

std::string json_type(const json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "array" : "object";
}

std::vector<std::string> schema_types(const json& schema) {
  if (!schema.contains("type")) return {};
  if (schema["type"].is_string()) return {schema["type"].get<std::string>()};
  return schema["type"].get<std::vector<std::string>>();
}

bool fits_type(const json& schema, const json& value) {
  const auto types = schema_types(schema);
  const std::string type = json_type(value);
  return types.empty() || std::ranges::count(types, type) > 0;
}

json flat_schema(const json& root, const json& schema, const json& value) {
  if (schema.contains("$ref")) {
    const std::string reference = schema["$ref"].get<std::string>();
    return flat_schema(root, root.at(json::json_pointer(reference.substr(1))), value);
  }
  json flat = schema;
  const auto take_in = [&](const json& more) {
    const json added = flat_schema(root, more, value);
    for (const auto& [key, constraint] : added.items()) flat[key] = constraint;
  };
  if (schema.contains("allOf")) {
    for (const json& more : schema["allOf"]) take_in(more);
  }
  if (schema.contains("if")) {
    const char* branch = fits_type(schema["if"], value) ? "then" : "else";
    if (schema.contains(branch)) take_in(schema[branch]);
  }
  return flat;
}

json schema_below(const json& flat, const json& value, const std::string& step) {
  if (value.is_array()) return flat.contains("items") ? flat["items"] : json::object();
  if (flat.contains("properties") && flat["properties"].contains(step)) return flat["properties"][step];
  const bool has_more = flat.contains("additionalProperties") && flat["additionalProperties"].is_object();
  return has_more ? flat["additionalProperties"] : json::object();
}

}  // namespace tbx
