#include "providers/hyperv/clixml.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "specs/encoding.h"

namespace tbx {

namespace {

constexpr std::string_view banner = "#< CLIXML";
constexpr std::string_view document_start = "<Objs";
constexpr std::string_view document_end = "</Objs>";
constexpr std::string_view error_start = "<S S=\"Error\">";
constexpr std::string_view error_end = "</S>";
constexpr std::string_view little_endian_mark = "\xFF\xFE";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Takes what stands before `end` off `rest`, and `end` too; everything where it is not found.
std::string_view take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + end.size());
  return taken;
}

std::string with_characters(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string plain;
  while (!text.empty()) {
    std::size_t length = 1;
    char letter = text.front();
    for (const auto& [entity, meant] : entities) {
      if (text.starts_with(entity)) {
        length = entity.size();
        letter = meant;
      }
    }
    plain += letter;
    text.remove_prefix(length);
  }
  return plain;
}

/// The UTF-16 unit that `_xHHHH_` at the start of the text stands for.
std::optional<std::uint16_t> escaped_unit(std::string_view text) {
  constexpr std::size_t length = 7;
  std::uint16_t unit = 0;
  if (text.size() < length || !text.starts_with("_x") || text[length - 1] != '_') {
    return std::nullopt;
  }
  const char* const digits_end = text.data() + length - 1;
  const auto [end, error] = std::from_chars(text.data() + 2, digits_end, unit, 16);
  return error == std::errc{} && end == digits_end ? std::optional(unit) : std::nullopt;
}

/// Neighbours are read together: a character beyond 16 bits is written as two of them.
std::string without_escapes(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    std::string units(little_endian_mark);
    while (const auto unit = escaped_unit(text)) {
      units += static_cast<char>(*unit & 0xFFU);
      units += static_cast<char>(*unit >> 8U);
      text.remove_prefix(7);
    }
    if (units.size() > little_endian_mark.size()) {
      plain += decode_text(units).value_or(std::string(replacement));
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

std::string errors_in(std::string_view document) {
  std::string errors;
  while (document.find(error_start) != std::string_view::npos) {
    take_until(document, error_start);
    errors += without_escapes(with_characters(take_until(document, error_end)));
  }
  return errors;
}

void erase_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.erase(at, what.size());
  }
}

}  // namespace

std::string errors_of_clixml(std::string_view text) {
  std::string errors;
  if (const std::size_t end = text.find(document_end); end < text.find(document_start)) {
    errors += errors_in(take_until(text, document_end));
  }
  while (!text.empty()) {
    std::string outside(take_until(text, document_start));
    erase_all(outside, banner);
    if (outside.find_first_not_of(" \r\n") != std::string::npos) {
      errors += outside;
    }
    errors += errors_in(take_until(text, document_end));
  }
  erase_all(errors, "\r");
  const std::size_t begin = errors.find_first_not_of(" \n");
  const std::size_t last = errors.find_last_not_of(" \n");
  return begin == std::string::npos ? std::string{} : errors.substr(begin, last - begin + 1);
}

}  // namespace tbx
