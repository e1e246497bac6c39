// What an unquoted YAML scalar means, by YAML 1.2's core schema.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace tbx {

/// null, a boolean or a number where the text is one (`0o17` and `0x1F` too); anything else, such as `yes`, is text.
nlohmann::json resolve_plain_scalar(std::string_view text);

}  // namespace tbx
