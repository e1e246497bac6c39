#include "engine/json_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace tbx {
namespace {

using nlohmann::json;

std::string position_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}", line, before.size() - start + 1);
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …" without its head.
std::string without_head(std::string_view what) {
  const std::size_t head = what.find(": ");
  return std::string(head == std::string_view::npos ? what : what.substr(head + 2));
}

}  // namespace

Error syntax_error(std::string_view file, std::string_view text, const json::parse_error& error) {
  return {.kind = ErrorKind::malformed_answer,
          .message = fmt::format("{}:{}: {}", file, position_of(text, error.byte), without_head(error.what())),
          .detail = {}};
}

boost::json::value parse_quickly(std::string_view text, boost::json::storage_ptr memory) {
  boost::json::error_code error;
  boost::json::value document = boost::json::parse(text, error, std::move(memory));
  if (error) {
    [[maybe_unused]] const json says_where = json::parse(text);
    throw json::parse_error::create(101, 1, "nested too deeply: " + error.message(), nullptr);
  }
  return document;
}

std::string repeated_key(std::string_view text) {
  std::string repeated;
  std::vector<std::set<std::string>> open;
  const auto look = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) repeated = value;
    return true;
  };
  const json walked = json::parse(text, look, false);
  return walked.is_discarded() ? std::string() : repeated;
}

}  // namespace tbx
