// One text that somebody wrote, and places in it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// A place in a text: both count from 1, the column in bytes. Line 0: nowhere in particular.
struct Position {
  int line = 0;
  int column = 0;
  bool operator==(const Position&) const = default;
};

struct Source {
  std::string file;  ///< as it is shown to people
  std::string text;  ///< UTF-8, without BOM
  std::vector<std::size_t> line_starts;
};

std::shared_ptr<const Source> make_source(std::string file, std::string text);

/// The line without its end; empty for a line that the text does not have.
std::string_view line_of(const Source& source, int line);

/// The column counted in characters rather than bytes, as editors count.
int character_column(const Source& source, Position position);

}  // namespace tbx
