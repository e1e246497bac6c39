#include "engine/text_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace tbx {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

constexpr char32_t replacement = 0xFFFD;

/// Overlong forms, surrogates and cut sequences are not valid; then one byte is taken.
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || at + length > text.size()) return {replacement, 1, false};
  char32_t code = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {replacement, 1, false};
    code = (code << 6) | (byte(at + i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (code < smallest[length] || code > 0x10FFFF || surrogate) return {replacement, 1, false};
  return {code, length, true};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range range) { return code >= range.first && code <= range.last; });
}

/// Turns text around or hides it: never shown as it is.
bool is_control(char32_t code) {
  constexpr std::array<Range, 5> controls{
      {{0, 0x1F}, {0x7F, 0x9F}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}}};
  return is_in(controls, code);
}

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  constexpr std::array<Range, 5> combining{
      {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
  constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};
  if (is_in(combining, code)) return 0;
  return is_in(wide, code) ? 2 : 1;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter <= '~'; });
}

/// How many bytes fit into `width` columns; at least one character.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const Character next = character_at(text, at);
    used += width_of(next.code);
    if (used > width && at > 0) break;
    at += next.bytes;
  }
  return at;
}

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::green:
      return "\x1b[32m";
    case Ink::yellow:
      return "\x1b[33m";
    case Ink::red:
      return "\x1b[31m";
    case Ink::magenta:
      return "\x1b[35m";
    case Ink::cyan:
      return "\x1b[36m";
    case Ink::alarm:
      return "\x1b[1;37;41m";
  }
  return "";
}

}  // namespace

std::string painted(Ink ink, std::string_view text, const TextStyle& style) {
  if (!style.colour || ink == Ink::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(ink), text);
}

std::string printable(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Character next = character_at(text, at);
    if (!next.valid)
      out += "\xEF\xBF\xBD";
    else if (is_control(next.code))
      out += ' ';
    else
      out += text.substr(at, next.bytes);
    at += next.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  if (is_plain(text)) return text.size();
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character next = character_at(text, at);
    width += width_of(next.code);
    at += next.bytes;
  }
  return width;
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string shortened(std::string_view text, std::size_t width, const TextStyle& style) {
  if (display_width(text) <= width) return std::string(text);
  const std::size_t kept = width - std::min(width, display_width(ellipsis(style)));
  return std::string(text.substr(0, bytes_within(text, kept))) + std::string(ellipsis(style));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find(' ', at), text.size());
    std::string_view word = text.substr(at, end - at);
    at = end;
    // A line may hold what has no width: it is full by its text, not by its columns.
    if (!lines.back().empty() && used + 1 + display_width(word) > width) {
      lines.emplace_back();
      used = 0;
    }
    for (; lines.back().empty() && display_width(word) > width; lines.emplace_back()) {
      const std::size_t cut = bytes_within(word, width);
      lines.back() = word.substr(0, cut);
      word.remove_prefix(cut);
    }
    const bool follows = !lines.back().empty();
    if (follows) lines.back() += ' ';
    used += (follows ? 1 : 0) + display_width(word);
    lines.back() += word;
  }
  return lines;
}

void append_wrapped(std::string& out, std::string_view first, std::string_view text, const TextStyle& style, Ink ink) {
  constexpr std::size_t narrowest = 20;
  const std::size_t indent = display_width(first);
  const auto width = static_cast<std::size_t>(style.width);
  out += first;
  bool is_first = true;
  for (const std::string& line : wrapped(text, width > indent + narrowest ? width - indent : narrowest)) {
    if (!is_first) out.append(indent, ' ');
    is_first = false;
    out += painted(ink, line, style);
    out += '\n';
  }
}

std::string_view ellipsis(const TextStyle& style) { return style.ascii ? "..." : "…"; }

std::string_view arrow(const TextStyle& style) { return style.ascii ? "->" : "→"; }

std::string counted(std::size_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  return plural.empty() ? fmt::format("{} {}s", count, noun) : fmt::format("{} {}", count, plural);
}

std::string as_sentence(std::string text) {
  const bool is_open = !text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos;
  return is_open ? text + '.' : text;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600)
    return whole % 60 == 0 ? fmt::format("{} min", whole / 60) : fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace tbx
