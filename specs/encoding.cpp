#include "specs/encoding.h"

#include <fmt/format.h>

#include <cstddef>

namespace tbx {
namespace {

enum class ByteOrder { little, big };

bool is_continuation(std::string_view bytes, std::size_t at) {
  return at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xC0) == 0x80;
}

/// Length of the well-formed sequence at `at`, 0 where there is none (RFC 3629: no surrogates, no overlong forms).
std::size_t sequence_at(std::string_view bytes, std::size_t at) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = at + 1 < bytes.size() ? static_cast<unsigned char>(bytes[at + 1]) : 0U;
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(bytes, at + 1)) return 0;
  if (first < 0xE0) return 2;
  if (!is_continuation(bytes, at + 2)) return 0;
  if (first < 0xF0) return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ? 0 : 3;
  if (!is_continuation(bytes, at + 3)) return 0;
  return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
}

tl::expected<std::string, std::string> checked_utf8(std::string_view bytes, std::size_t offset) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = bytes[at] == '\0' ? 0 : sequence_at(bytes, at);
    if (length == 0) {
      const char* hint = bytes[at] == '\0' ? " (is it UTF-16 without a byte order mark?)" : "";
      return tl::unexpected(fmt::format(
          "the file is not UTF-8 text: byte 0x{:02X} at offset {} does not belong there{}; save it as UTF-8",
          static_cast<unsigned char>(bytes[at]), at + offset, hint));
    }
    at += length;
  }
  return std::string(bytes);
}

void append_utf8(std::string& text, char32_t code) {
  const auto byte = [&text](char32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

char32_t unit_at(std::string_view bytes, std::size_t at, ByteOrder order) {
  const char32_t first = static_cast<unsigned char>(bytes[at]);
  const char32_t second = static_cast<unsigned char>(bytes[at + 1]);
  return order == ByteOrder::little ? first | second << 8 : first << 8 | second;
}

tl::expected<std::string, std::string> from_utf16(std::string_view bytes, ByteOrder order) {
  std::string text;
  for (std::size_t at = 2; at < bytes.size(); at += 2) {
    char32_t code = at + 1 < bytes.size() ? unit_at(bytes, at, order) : 0;
    const bool leads = code >= 0xD800 && code < 0xDC00;
    const char32_t next = leads && at + 3 < bytes.size() ? unit_at(bytes, at + 2, order) : 0;
    const bool paired = next >= 0xDC00 && next < 0xE000;
    if (code == 0 || (leads && !paired) || (code >= 0xDC00 && code < 0xE000)) {
      return tl::unexpected(
          fmt::format("the file is not whole UTF-16 text: offset {} holds no character; save it as UTF-8", at));
    }
    if (leads) {
      code = 0x10000 + ((code - 0xD800) << 10 | (next - 0xDC00));
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

void append_unit(std::string& bytes, char32_t unit, ByteOrder order) {
  const char low = static_cast<char>(unit & 0xFF);
  const char high = static_cast<char>(unit >> 8);
  bytes += order == ByteOrder::little ? low : high;
  bytes += order == ByteOrder::little ? high : low;
}

/// The character at `at`, which moves behind it.
char32_t next_character(std::string_view text, std::size_t& at) {
  const std::size_t length = sequence_at(text, at);
  const auto first = static_cast<unsigned char>(text[at]);
  char32_t code = length < 2 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  at += length == 0 ? 1 : length;
  return code;
}

std::string to_utf16(std::string_view text, ByteOrder order) {
  std::string bytes;
  append_unit(bytes, 0xFEFF, order);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_character(text, at);
    if (code < 0x10000) {
      append_unit(bytes, code, order);
      continue;
    }
    append_unit(bytes, 0xD800 + ((code - 0x10000) >> 10), order);
    append_unit(bytes, 0xDC00 + ((code - 0x10000) & 0x3FF), order);
  }
  return bytes;
}

constexpr std::string_view little_mark = "\xFF\xFE";
constexpr std::string_view big_mark = "\xFE\xFF";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

}  // namespace

tl::expected<std::string, std::string> decode_text(std::string_view bytes) {
  if (bytes.starts_with(little_mark)) return from_utf16(bytes, ByteOrder::little);
  if (bytes.starts_with(big_mark)) return from_utf16(bytes, ByteOrder::big);
  if (bytes.starts_with(utf8_mark)) return checked_utf8(bytes.substr(3), 3);
  return checked_utf8(bytes, 0);
}

std::string encode_text(std::string_view text, std::string_view like) {
  if (like.starts_with(little_mark)) return to_utf16(text, ByteOrder::little);
  if (like.starts_with(big_mark)) return to_utf16(text, ByteOrder::big);
  return std::string(like.starts_with(utf8_mark) ? utf8_mark : "").append(text);
}

std::string utf16_of(std::string_view text) { return to_utf16(text, ByteOrder::little).substr(little_mark.size()); }

}  // namespace tbx
