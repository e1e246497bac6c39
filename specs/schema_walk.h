// Walking down a JSON Schema beside a value: as much of the language as the schema of clusters speaks.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tbx {

/// "object", "integer", …: as schemas call it.
std::string json_type(const nlohmann::json& value);

/// The types that a schema allows; none: any.
std::vector<std::string> schema_types(const nlohmann::json& schema);
bool fits_type(const nlohmann::json& schema, const nlohmann::json& value);

/// Follows `$ref`, one `allOf`, and the branch of `if` that fits the value's type, into one flat schema.
nlohmann::json flat_schema(const nlohmann::json& root, const nlohmann::json& schema, const nlohmann::json& value);

/// What a flat schema says of one member or item of the value; an empty object where it says nothing.
nlohmann::json schema_below(const nlohmann::json& flat, const nlohmann::json& value, const std::string& step);

}  // namespace tbx
