#include "specs/source.h"

#include <algorithm>

namespace tbx {

std::shared_ptr<const Source> make_source(std::string file, std::string text) {
  Source source{std::move(file), std::move(text), {0}};
  for (std::size_t at = 0; (at = source.text.find('\n', at)) != std::string::npos;) source.line_starts.push_back(++at);
  return std::make_shared<const Source>(std::move(source));
}

std::string_view line_of(const Source& source, int line) {
  if (line < 1 || static_cast<std::size_t>(line) > source.line_starts.size()) return {};
  const std::size_t start = source.line_starts[static_cast<std::size_t>(line) - 1];
  std::string_view text = std::string_view(source.text).substr(start);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

int character_column(const Source& source, Position position) {
  const std::string_view line = line_of(source, position.line);
  const std::size_t bytes = position.column < 1 ? 0 : static_cast<std::size_t>(position.column - 1);
  const std::string_view before = line.substr(0, std::min(bytes, line.size()));
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<int>(std::ranges::count_if(before, is_first_byte)) + 1;
}

}  // namespace tbx
