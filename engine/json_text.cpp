#include "engine/json_text.h"

#include <nlohmann/json.hpp>

namespace tbx {

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_text(std::int64_t number) { return std::to_string(number); }

std::string json_text(bool value) { return value ? "true" : "false"; }

}  // namespace tbx
