#include "engine/json_writer.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/json_text.h"

namespace tbx {
namespace {

/// Recognised without a parser: most changes are numbers, short strings and null.
bool is_plain_scalar(std::string_view json) {
  if (json == "null" || json == "true" || json == "false") return true;
  if (json.size() >= 2 && json.front() == '"' && json.back() == '"') {
    return std::all_of(json.begin() + 1, json.end() - 1, stands_for_itself);
  }
  const bool leading_zero = json.size() > 1 && json.front() == '0';
  return !json.empty() && !leading_zero &&
         std::all_of(json.begin(), json.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), stands_for_itself)) {
    ((out += '"') += text) += '"';
  } else {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void append_json_raw(std::string& out, std::string_view json) {
  if (is_plain_scalar(json)) {
    out += json;
    return;
  }
  const nlohmann::ordered_json parsed = nlohmann::ordered_json::parse(json, nullptr, false);
  if (parsed.is_discarded())
    append_json_string(out, json);
  else
    out += parsed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace tbx
