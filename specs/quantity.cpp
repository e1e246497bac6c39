#include "specs/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace tbx {
namespace {

constexpr std::int64_t largest_bytes = std::int64_t{1} << 50;

struct Unit {
  std::string_view name;
  std::int64_t bytes;
  bool decimal;
};

constexpr std::array units{
    Unit{"", 1, false},
    Unit{"Ki", 1024, false},
    Unit{"Mi", mebibyte, false},
    Unit{"Gi", gibibyte, false},
    Unit{"Ti", gibibyte * 1024, false},
    Unit{"k", 1000, true},
    Unit{"M", 1000000, true},
    Unit{"G", 1000000000, true},
    Unit{"T", 1000000000000, true},
    Unit{"kB", 1000, true},
    Unit{"MB", 1000000, true},
    Unit{"GB", 1000000000, true},
    Unit{"TB", 1000000000000, true},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - start;
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

/// What was probably meant by a unit that differs only in case, in a space or in a final B.
std::string unit_hint(std::string_view number, std::string_view unit) {
  std::string plain;
  for (char c : unit) {
    if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (plain.ends_with("ib")) plain.pop_back();
  for (const Unit& known : units) {
    std::string name(known.name);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!name.empty() && name == plain) return fmt::format(": did you mean {}{}?", number, known.name);
  }
  return ": write it like 4Gi, 4096Mi or 4GB";
}

tl::unexpected<std::string> no_size(std::string_view text, std::string_view hint) {
  return tl::unexpected(fmt::format("\"{}\" is no size{}", text.substr(0, 40), hint));
}

/// Bytes of `whole.fraction` units; nothing when that is too large or no whole number of bytes.
std::optional<std::int64_t> scale(std::int64_t whole, std::string_view fraction, const Unit& unit) {
  if (whole > largest_bytes / unit.bytes) return std::nullopt;
  std::int64_t divisor = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) divisor *= 10;
  const std::int64_t part = number_of(fraction) * unit.bytes;
  if (part % divisor != 0) return std::nullopt;
  return whole * unit.bytes + part / divisor;
}

std::int64_t round_up(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

}  // namespace

tl::expected<Quantity, std::string> parse_quantity(std::string_view text) {
  const std::size_t whole_digits = digits_at(text, 0);
  if (whole_digits == 0 || whole_digits > 16) return no_size(text, ": write it like 4Gi, 4096Mi or 4GB");
  std::size_t end = whole_digits;
  std::string_view fraction;
  if (end < text.size() && text[end] == '.') {
    fraction = text.substr(end + 1, digits_at(text, end + 1));
    if (fraction.empty() || fraction.size() > 4) return no_size(text, ": write it like 4Gi, 4096Mi or 4GB");
    end += 1 + fraction.size();
  }
  const std::string_view name = text.substr(end);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) return no_size(text, unit_hint(text.substr(0, end), name));
  const auto bytes = scale(number_of(text.substr(0, whole_digits)), fraction, *unit);
  if (!bytes) return no_size(text, ": it is too large, or no whole number of bytes");
  return Quantity{*bytes, unit->decimal};
}

tl::expected<std::int64_t, std::string> parse_memory_mib(std::string_view text) {
  const auto quantity = parse_quantity(text);
  if (!quantity) return tl::unexpected(quantity.error());
  if (quantity->decimal_unit) return round_up(quantity->bytes, 2 * mebibyte) / mebibyte;
  if (quantity->bytes % (2 * mebibyte) == 0) return quantity->bytes / mebibyte;
  return tl::unexpected(fmt::format("\"{}\" is not an even number of MiB, which Hyper-V asks for: the next one is {}Mi",
                                    text, round_up(quantity->bytes, 2 * mebibyte) / mebibyte));
}

tl::expected<std::int64_t, std::string> parse_disk_gib(std::string_view text) {
  const auto quantity = parse_quantity(text);
  if (!quantity) return tl::unexpected(quantity.error());
  if (quantity->decimal_unit || quantity->bytes % gibibyte == 0) return round_up(quantity->bytes, gibibyte) / gibibyte;
  return tl::unexpected(fmt::format("\"{}\" is no whole number of GiB: the next one is {}Gi", text,
                                    round_up(quantity->bytes, gibibyte) / gibibyte));
}

tl::expected<int, std::string> parse_duration_seconds(std::string_view text) {
  constexpr std::int64_t a_day = 86400;
  const auto no_duration = [text](std::string_view why) {
    return tl::unexpected(fmt::format("\"{}\" {}: write it like 90s, 10m or 1h30m", text.substr(0, 40), why));
  };
  std::int64_t seconds = 0;
  std::int64_t last_unit = a_day;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t digits = digits_at(text, at);
    if (digits == 0 || digits > 6 || at + digits == text.size()) return no_duration("is no duration");
    const char name = text[at + digits];
    const std::int64_t unit = name == 'h' ? 3600 : name == 'm' ? 60 : name == 's' ? 1 : 0;
    if (unit == 0 || unit >= last_unit) return no_duration("is no duration");
    seconds += number_of(text.substr(at, digits)) * unit;
    last_unit = unit;
    at += digits + 1;
  }
  if (seconds == 0) return no_duration(text.empty() ? "is no duration" : "is no time at all");
  if (seconds > a_day) return no_duration("is more than a day");
  return static_cast<int>(seconds);
}

}  // namespace tbx
