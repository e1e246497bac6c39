#include "specs/yaml_extent.h"

#include <algorithm>
#include <array>

namespace tbx {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view ends_of_word = " \t\r\n,[]{}";

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

char byte_at(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

std::size_t skip_word(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(ends_of_word, at), text.size());
}

/// Over white space and comments.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const bool is_comment = text[at] == '#' && (at == 0 || is_blank(text[at - 1]));
    if (is_comment) {
      at = std::min(text.find('\n', at), text.size());
    } else if (is_blank(text[at])) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::size_t skip_properties(std::string_view text, std::size_t at) {
  while (byte_at(text, at) == '&' || byte_at(text, at) == '!') at = skip_blanks(text, skip_word(text, at));
  return at;
}

std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || byte_at(text, at + 1) != '\'') return at + 1;
      ++at;
    }
  }
  return std::nullopt;
}

/// Its words as the parser gives them, with any white space between them.
std::optional<std::size_t> end_of_plain(std::string_view text, std::size_t at, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_blank(value[i])) continue;
    while (i > 0 && is_blank(value[i - 1]) && at < text.size() && is_blank(text[at])) ++at;
    if (byte_at(text, at) != value[i]) return std::nullopt;
    ++at;
  }
  return at;
}

/// Up to the first line that is indented by less than `least`, without blank lines before that.
std::size_t end_of_block_scalar(const Source& source, std::size_t begin, std::size_t least) {
  std::size_t end = line_at(source, begin).end;
  for (std::size_t next = end; next < source.text.size();) {
    const Extent line = line_at(source, next + 1);
    const std::string_view text = std::string_view(source.text).substr(line.begin, line.end - line.begin);
    const std::size_t spaces = text.find_first_not_of(" \r");
    if (spaces != std::string_view::npos && text.find_first_not_of(' ') < least) break;
    if (spaces != std::string_view::npos) end = line.end;
    next = line.end;
  }
  return end;
}

std::optional<std::size_t> end_of_node(const Source& source, const YamlNode& node, std::size_t begin,
                                       std::size_t least_indent);

/// Behind the colon of the member whose value is left empty.
std::optional<std::size_t> behind_colon(const Source& source, const YamlNode& parent, std::size_t key) {
  const auto extent = extent_of(source, parent, key);
  if (!extent) return std::nullopt;
  const std::size_t colon = source.text.find_first_not_of(" \t", extent->end);
  return byte_at(source.text, colon) == ':' ? std::optional(colon + 1) : std::nullopt;
}

std::optional<std::size_t> end_of_flow(const Source& source, const YamlNode& node, std::size_t begin) {
  const std::string_view text = source.text;
  std::size_t at = begin + 1;
  if (!node.children.empty()) {
    const auto last = extent_of(source, node, node.children.size() - 1);
    if (!last) return std::nullopt;
    at = last->end;
  }
  at = skip_blanks(text, at);
  while (byte_at(text, at) == ',') at = skip_blanks(text, at + 1);
  const char close = text[begin] == '[' ? ']' : '}';
  return byte_at(text, at) == close ? std::optional(at + 1) : std::nullopt;
}

std::optional<std::size_t> end_of_node(const Source& source, const YamlNode& node, std::size_t begin,
                                       std::size_t least_indent) {
  const std::string_view text = source.text;
  const char first = byte_at(text, begin);
  switch (node.kind) {
    case YamlNode::null:
      return std::nullopt;
    case YamlNode::plain_scalar:
    case YamlNode::quoted_scalar:
      if (first == '"' || first == '\'') return end_of_quoted(text, begin);
      if (first == '|' || first == '>') return end_of_block_scalar(source, begin, least_indent);
      return end_of_plain(text, begin, node.text);
    case YamlNode::list:
    case YamlNode::mapping: {
      if (first == '[' || first == '{') return end_of_flow(source, node, begin);
      if (node.children.empty()) return std::nullopt;
      const auto last = extent_of(source, node, node.children.size() - 1);
      return last ? std::optional(last->end) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// `~` and `null` stand there; otherwise the parser gives the place of whatever comes next.
std::optional<Extent> written_null(std::string_view text, std::size_t begin) {
  constexpr std::array<std::string_view, 4> words{"~", "null", "Null", "NULL"};
  const std::size_t end = skip_word(text, begin);
  const std::string_view word = text.substr(begin, end - begin);
  return std::ranges::count(words, word) > 0 ? std::optional(Extent{begin, end}) : std::nullopt;
}

}  // namespace

std::size_t offset_of(const Source& source, Position position) {
  if (position.line < 1 || static_cast<std::size_t>(position.line) > source.line_starts.size()) {
    return source.text.size();
  }
  const std::size_t start = source.line_starts[static_cast<std::size_t>(position.line) - 1];
  return std::min(start + static_cast<std::size_t>(std::max(position.column, 1) - 1), source.text.size());
}

Extent line_at(const Source& source, std::size_t offset) {
  const auto next = std::ranges::upper_bound(source.line_starts, offset);
  return {*(next - 1), std::min(source.text.find('\n', offset), source.text.size())};
}

std::string_view line_break_at(const Source& source, std::size_t offset) {
  Extent line = line_at(source, offset);
  if (line.end == source.text.size() && line.begin > 0) line = line_at(source, line.begin - 1);
  if (line.end == source.text.size()) return "\n";
  return line.end > line.begin && source.text[line.end - 1] == '\r' ? "\r\n" : "\n";
}

std::string_view indent_at(const Source& source, std::size_t offset) {
  const Extent line = line_at(source, offset);
  const std::string_view text = std::string_view(source.text).substr(line.begin, line.end - line.begin);
  return text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
}

bool is_first_in_line(const Source& source, std::size_t offset) {
  return line_at(source, offset).begin + indent_at(source, offset).size() == offset;
}

bool is_alias(const YamlNode& parent, std::size_t child) {
  return parent.children[child]->kind != YamlNode::null && parent.children[child]->at != parent.child_places[child];
}

std::optional<Extent> extent_of(const Source& source, const YamlNode& parent, std::size_t child) {
  const std::string_view text = source.text;
  const YamlNode& node = *parent.children[child];
  const Position place = parent.child_places[child];
  std::size_t begin = offset_of(source, place);
  if (is_alias(parent, child)) return Extent{begin, skip_word(text, begin)};
  begin = skip_properties(text, begin);
  if (node.kind == YamlNode::null) {
    if (parent.kind != YamlNode::mapping || child % 2 == 0) return std::nullopt;
    const auto colon = behind_colon(source, parent, child - 1);
    if (colon && begin < *colon) return std::nullopt;
    if (const auto written = written_null(text, begin)) return written;
    return colon ? std::optional(Extent{*colon, *colon}) : std::nullopt;
  }
  // What a block scalar holds is indented by more than the line of its key.
  const std::size_t own_indent = indent_at(source, begin).size();
  const auto end = end_of_node(source, node, begin, own_indent + 1);
  return end ? std::optional(Extent{begin, *end}) : std::nullopt;
}

bool is_flow(const Source& source, const YamlNode& node) {
  const char first = byte_at(source.text, skip_properties(source.text, offset_of(source, node.at)));
  return first == '[' || first == '{';
}

std::optional<std::size_t> find_member(const YamlNode& mapping, std::string_view key) {
  if (mapping.kind != YamlNode::mapping) return std::nullopt;
  for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
    const YamlNode& each = *mapping.children[i];
    const bool is_scalar = each.kind == YamlNode::plain_scalar || each.kind == YamlNode::quoted_scalar;
    if (is_scalar && each.text == key) return i;
  }
  return std::nullopt;
}

}  // namespace tbx
