#include "specs/scalar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace tbx {
namespace {

using nlohmann::json;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <class Integer>
std::optional<json> parse_integer(std::string_view digits, int base) {
  Integer number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return json(number);
}

std::optional<json> resolve_integer(std::string_view text) {
  if (text.starts_with("0o")) return parse_integer<std::uint64_t>(text.substr(2), 8);
  if (text.starts_with("0x")) return parse_integer<std::uint64_t>(text.substr(2), 16);
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
  if (!all_digits(digits)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto number = parse_integer<std::int64_t>(text, 10);
  return number ? number : parse_integer<std::uint64_t>(text, 10);
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
    if (!all_digits(power)) return false;
  }
  const std::string_view number = text.substr(0, exponent);
  const std::size_t dot = number.find('.');
  if (dot == std::string_view::npos) return all_digits(number);
  const std::string_view whole = number.substr(0, dot);
  const std::string_view fraction = number.substr(dot + 1);
  if (whole.empty()) return all_digits(fraction);
  return all_digits(whole) && (fraction.empty() || all_digits(fraction));
}

}  // namespace

json resolve_plain_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = resolve_integer(text)) return *number;
  if (is_float(text)) {
    double number = 0;
    const std::string_view unsigned_text = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] =
        std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), number);
    if (error == std::errc{} && end == unsigned_text.data() + unsigned_text.size()) return number;
  }
  return std::string(text);
}

}  // namespace tbx
