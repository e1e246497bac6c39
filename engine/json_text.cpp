#include "engine/json_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tbx {

std::string json_text(std::string_view text) {
  if (std::ranges::all_of(text, stands_for_itself)) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    return quoted.append(1, '"').append(text).append(1, '"');
  }
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_text(std::int64_t number) { return std::to_string(number); }

std::string json_text(bool value) { return value ? "true" : "false"; }

}  // namespace tbx
