#include "specs/write_member.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace tbx {
namespace {

constexpr std::size_t usual_indent = 2;

/// What is not there yet, and in which mapping.
struct Insertion {
  const Source& source;
  const YamlNode& mapping;
  std::optional<Position> header;  ///< of the key that the mapping belongs to
  std::span<const std::string> keys;
  const std::string& value;
};

/// Columns that one level is indented by, as the members of this mapping show it.
std::size_t indent_unit(const Insertion& at) {
  for (std::size_t i = 0; i + 1 < at.mapping.children.size(); i += 2) {
    const YamlNode& value = *at.mapping.children[i + 1];
    if (value.kind != YamlNode::mapping || value.child_places.empty() || is_flow(at.source, value)) continue;
    const Position key = at.mapping.child_places[i];
    const Position inner = value.child_places.front();
    if (inner.line > key.line && inner.column > key.column) return static_cast<std::size_t>(inner.column - key.column);
  }
  const bool has_member = !at.mapping.child_places.empty();
  const int inner = has_member ? at.mapping.child_places.front().column : 0;
  const int outer = at.header ? at.header->column : 0;
  return at.header && inner > outer ? static_cast<std::size_t>(inner - outer) : usual_indent;
}

/// Whether a sibling that is a mapping, too, is written in braces, or the mapping itself is.
bool prefers_flow(const Insertion& at) {
  if (at.mapping.kind == YamlNode::mapping && is_flow(at.source, at.mapping)) return true;
  for (const std::string_view sibling : {"controlPlane", "workers"}) {
    const auto member = find_member(at.mapping, sibling);
    if (!member || is_alias(at.mapping, *member + 1)) continue;
    const YamlNode& value = *at.mapping.children[*member + 1];
    if (value.kind == YamlNode::mapping) return is_flow(at.source, value);
  }
  return false;
}

/// `workers: {count: 3}`; the keys in quotes where those beside them are.
std::string flow_text(const Insertion& at, std::span<const std::string> keys) {
  bool is_quoted = false;
  if (!at.mapping.child_places.empty()) {
    is_quoted = at.source.text[offset_of(at.source, at.mapping.child_places.front())] == '"';
  }
  const char* quote = is_quoted ? "\"" : "";
  std::string text = at.value;
  for (std::size_t i = keys.size(); i-- > 0;) {
    text = fmt::format("{0}{1}{0}: {2}", quote, keys[i], i + 1 == keys.size() ? text : "{" + text + "}");
  }
  return text;
}

/// Lines without the last line break: each key on its own, one level deeper than the one before.
std::string block_text(const Insertion& at, std::span<const std::string> keys, std::size_t indent,
                       std::string_view line_break) {
  if (prefers_flow(at)) return std::string(indent, ' ') + flow_text(at, keys);
  const std::size_t unit = indent_unit(at);
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool is_last = i + 1 == keys.size();
    text += fmt::format("{}{}{}:{}", i == 0 ? "" : line_break, std::string(indent + i * unit, ' '), keys[i],
                        is_last ? " " + at.value : "");
  }
  return text;
}

/// Whole lines behind the line of the place.
Edit lines_behind(const Source& source, std::size_t offset, const std::string& lines) {
  const Extent line = line_at(source, offset);
  const std::string_view line_break = line_break_at(source, offset);
  if (line.end == source.text.size()) return {{line.end, line.end, std::string(line_break) + lines}};
  return {{line.end + 1, line.end + 1, lines + std::string(line_break)}};
}

std::size_t column_before(Position place) { return static_cast<std::size_t>(std::max(place.column, 1) - 1); }

/// The end of the last comment that follows the place in lines of its own, indented by more than `indent`.
std::size_t behind_own_comments(const Source& source, std::size_t offset, std::size_t indent) {
  std::size_t behind = offset;
  for (Extent line = line_at(source, offset); line.end < source.text.size();) {
    line = line_at(source, line.end + 1);
    const std::size_t deep = indent_at(source, line.begin).size();
    if (deep <= indent || line.begin + deep >= source.text.size() || source.text[line.begin + deep] != '#') break;
    behind = line.begin;
  }
  return behind;
}

/// The member of the mapping behind which the key belongs: the last of those that come before it in a usual file.
std::optional<std::size_t> predecessor(const YamlNode& mapping, std::string_view key) {
  static const std::vector<std::string_view> usual_order{
      "name", "apiVersion", "kind", "metadata", "talos", "kubernetes", "hyperv", "network", "controlPlane", "workers"};
  std::optional<std::size_t> last;
  for (const std::string_view each : usual_order) {
    if (each == key) break;
    if (const auto member = find_member(mapping, each)) last = std::max(last.value_or(0), *member);
  }
  return last;
}

std::vector<Edit> ways_in_block(const Insertion& at) {
  std::vector<Edit> ways;
  const Position first = at.mapping.child_places.front();
  const std::size_t indent = column_before(first);
  const auto lines = [&](std::size_t offset) {
    return block_text(at, at.keys, indent, line_break_at(at.source, offset));
  };
  if (const auto before = predecessor(at.mapping, at.keys.front())) {
    if (const auto extent = extent_of(at.source, at.mapping, *before + 1)) {
      const std::size_t offset = behind_own_comments(at.source, extent->end, indent);
      ways.push_back(lines_behind(at.source, offset, lines(offset)));
    }
  }
  if (at.header && at.header->line < first.line) {
    const std::size_t offset = offset_of(at.source, *at.header);
    ways.push_back(lines_behind(at.source, offset, lines(offset)));
  }
  const std::size_t front = offset_of(at.source, first);
  const std::string text = lines(front).substr(indent) + std::string(line_break_at(at.source, front));
  ways.push_back({{front, front, text + std::string(indent, ' ')}});
  return ways;
}

/// Behind a member that shares its line with what follows.
std::optional<Edit> way_behind_in_flow(const Insertion& at, std::size_t member) {
  const auto extent = extent_of(at.source, at.mapping, member + 1);
  if (!extent) return std::nullopt;
  const std::size_t line_end = line_at(at.source, extent->end).end;
  const bool is_last = member + 2 >= at.mapping.children.size();
  const std::size_t next = is_last ? at.source.text.find_first_not_of(" \t", extent->end)
                                   : offset_of(at.source, at.mapping.child_places[member + 2]);
  if (next >= line_end || (is_last && at.source.text[next] != '}')) return std::nullopt;
  return Edit{{extent->end, extent->end, ", " + flow_text(at, at.keys)}};
}

std::vector<Edit> ways_in_flow(const Insertion& at) {
  const std::string text = flow_text(at, at.keys);
  if (at.mapping.children.empty()) {
    const std::size_t inside = at.source.text.find('{', offset_of(at.source, at.mapping.at)) + 1;
    const bool is_padded = inside < at.source.text.size() && at.source.text[inside] == ' ';
    return {{{inside, inside, (is_padded ? " " : "") + text}}};
  }
  std::vector<Edit> ways;
  if (const auto before = predecessor(at.mapping, at.keys.front())) {
    if (auto way = way_behind_in_flow(at, *before)) ways.push_back(std::move(*way));
  }
  const std::size_t front = offset_of(at.source, at.mapping.child_places.front());
  const std::string indent(indent_at(at.source, front));
  const std::string behind =
      is_first_in_line(at.source, front) ? "," + std::string(line_break_at(at.source, front)) + indent : ", ";
  ways.push_back({{front, front, text + behind}});
  return ways;
}

std::vector<Edit> ways_to_insert(const Insertion& at) {
  if (at.mapping.children.empty() || is_flow(at.source, at.mapping)) return ways_in_flow(at);
  return ways_in_block(at);
}

/// The child that a step of the path leads to.
std::optional<std::size_t> find_child(const YamlNode& node, const std::string& step) {
  if (node.kind == YamlNode::mapping) {
    const auto key = find_member(node, step);
    return key ? std::optional(*key + 1) : std::nullopt;
  }
  std::size_t item = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), item);
  const bool is_item = error == std::errc() && node.kind == YamlNode::list && item < node.children.size();
  return is_item ? std::optional(item) : std::nullopt;
}

Edit replace_value(const Source& source, const YamlNode& parent, std::size_t child, const std::string& value) {
  const auto extent = extent_of(source, parent, child);
  if (!extent) return {};
  Splice splice{extent->begin, extent->end, value};
  const char first = source.text[extent->begin];
  if (parent.children[child]->kind == YamlNode::plain_scalar && (first == '"' || first == '\'')) {
    splice.begin += 1;  // `!!int "3"` is a number, too
    splice.end -= 1;
  }
  return {splice};
}

}  // namespace

std::vector<Edit> ways_to_write(const Source& source, const YamlNode& root, const MemberPath& path,
                                const std::string& value) {
  const YamlNode* node = &root;
  std::optional<Position> header;
  for (std::size_t step = 0; step < path.size(); ++step) {
    const auto child = find_child(*node, path[step]);
    const Insertion at{source, *node, header, std::span(path).subspan(step), value};
    if (!child) return node->kind == YamlNode::mapping ? ways_to_insert(at) : std::vector<Edit>{};
    if (step + 1 == path.size()) {
      Edit edit = replace_value(source, *node, *child, value);
      return edit.empty() ? std::vector<Edit>{} : std::vector<Edit>{std::move(edit)};
    }
    header = node->kind == YamlNode::mapping ? std::optional(node->child_places[*child - 1]) : std::nullopt;
    node = node->children[*child].get();
  }
  return {};
}

const YamlNode* find_mapping(const YamlNode& root, const MemberPath& path) {
  const YamlNode* node = &root;
  for (const std::string& step : path) {
    const auto child = find_child(*node, step);
    if (!child) return nullptr;
    node = node->children[*child].get();
  }
  return node->kind == YamlNode::mapping ? node : nullptr;
}

Edit rewrite_member(const Source& source, const YamlNode& mapping, std::size_t key_child, const std::string& key,
                    const std::string& value) {
  auto name = extent_of(source, mapping, key_child);
  Edit edit = replace_value(source, mapping, key_child + 1, value);
  if (!name || is_alias(mapping, key_child) || edit.empty()) return {};
  if (source.text[name->begin] == '"' || source.text[name->begin] == '\'')
    name = Extent{name->begin + 1, name->end - 1};
  edit.push_back({name->begin, name->end, key});
  return edit;
}

}  // namespace tbx
