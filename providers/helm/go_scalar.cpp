#include "providers/helm/go_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "specs/scalar.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 11> words_for_true{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                          "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> words_for_false{"n",     "N",     "no",  "No",  "NO", "false",
                                                           "False", "FALSE", "off", "Off", "OFF"};

template <class Integer>
std::optional<Integer> whole_number(std::string_view digits, int base) {
  Integer number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const bool is_whole = !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

/// strconv.ParseInt with base 0: 0x, 0o, 0b, and a 0 in front for octal.
std::optional<json> integer(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = text[1];
    base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
    text.remove_prefix(base == 8 && letter != 'o' && letter != 'O' ? 1 : 2);
  }
  if (text.starts_with('-') || text.starts_with('+')) return std::nullopt;
  const auto number = whole_number<std::uint64_t>(text, base);
  if (!number) return std::nullopt;
  constexpr std::uint64_t most = std::uint64_t{1} << 63U;
  if (is_negative) return *number < most ? std::optional<json>(-static_cast<std::int64_t>(*number)) : std::nullopt;
  return *number < most ? json(static_cast<std::int64_t>(*number)) : json(*number);
}

bool begins_a_number(char first) {
  return (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.';
}

}  // namespace

json resolve_go_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (std::ranges::find(words_for_true, text) != words_for_true.end()) return true;
  if (std::ranges::find(words_for_false, text) != words_for_false.end()) return false;
  if (!begins_a_number(text.front())) return std::string(text);
  std::string plain(text);
  std::erase(plain, '_');
  if (auto number = integer(plain)) return *number;
  // The rest of the numbers (1.5, 1e3, 09) is the same in both versions of YAML.
  json value = resolve_plain_scalar(plain);
  if (value.is_string()) return std::string(text);
  // Go writes a float without a fraction as an integer.
  constexpr double most_exact = 9007199254740992;
  if (value.is_number_float() && std::abs(value.get<double>()) < most_exact &&
      std::trunc(value.get<double>()) == value.get<double>()) {
    return static_cast<std::int64_t>(value.get<double>());
  }
  return value;
}

}  // namespace tbx
