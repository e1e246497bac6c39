// Where values stand in their text, to the byte. The parser tells where each begins; where it ends is found here.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "specs/source.h"
#include "specs/yaml_tree.h"

namespace tbx {

/// Bytes of a text, from `begin` up to `end`.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A place behind the last line is the end of the text.
std::size_t offset_of(const Source& source, Position position);

/// From the first byte of the line to its line break, or to the end of the text.
Extent line_at(const Source& source, std::size_t offset);

/// "\n" or "\r\n": of the line at the place, or where that has none of the one before, or else "\n".
std::string_view line_break_at(const Source& source, std::size_t offset);

/// Spaces and tabs from the beginning of a line up to the first other byte.
std::string_view indent_at(const Source& source, std::size_t offset);

/// Whether only spaces and tabs stand before the place in its line.
bool is_first_in_line(const Source& source, std::size_t offset);

/// Whether the child is written as an alias (`*name`) of what stands elsewhere.
bool is_alias(const YamlNode& parent, std::size_t child);

/// The child without its anchor and tag, or as an alias. Of a value that is left empty: the place behind its colon.
/// Empty where it can't be told for sure.
std::optional<Extent> extent_of(const Source& source, const YamlNode& parent, std::size_t child);

/// Written with brackets or braces, as opposed to lines. Pre: a list or a mapping.
bool is_flow(const Source& source, const YamlNode& node);

/// Which child holds the member's key; the value is the next one. Only what the mapping itself says, nothing merged.
std::optional<std::size_t> find_member(const YamlNode& mapping, std::string_view key);

}  // namespace tbx
