#include "providers/talos/parse_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace tbx {

namespace {

struct Column {
  std::string_view name;
  std::size_t start = 0;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Names stand at least two spaces apart; one space is part of a name ("PEER URLS").
std::vector<Column> columns_of(std::string_view header) {
  std::vector<Column> columns;
  std::size_t start = header.find_first_not_of(' ');
  while (start != std::string_view::npos) {
    std::size_t gap = header.find("  ", start);
    columns.push_back({header.substr(start, gap == std::string_view::npos ? gap : gap - start), start});
    start = gap == std::string_view::npos ? gap : header.find_first_not_of(' ', gap);
  }
  return columns;
}

std::string_view without_blanks(std::string_view text) {
  std::size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(' ') - start + 1);
}

/// A cell that reaches into the next column means that the row does not belong to this header.
bool fits(std::string_view line, const std::vector<Column>& columns) {
  return std::ranges::all_of(columns, [&](const Column& column) {
    return column.start == 0 || column.start > line.size() || line[column.start - 1] == ' ';
  });
}

std::string cell_of(std::string_view line, const std::vector<Column>& columns, std::size_t index) {
  std::size_t start = std::min(columns[index].start, line.size());
  std::size_t end = index + 1 < columns.size() ? std::min(columns[index + 1].start, line.size()) : line.size();
  return std::string(without_blanks(line.substr(start, end - start)));
}

}  // namespace

Result<TableRows> parse_table(std::string_view output, const std::vector<std::string_view>& wanted) {
  std::vector<std::string_view> lines = lines_of(output);
  std::vector<Column> columns = lines.empty() ? std::vector<Column>{} : columns_of(lines.front());
  std::vector<std::size_t> places;
  for (std::string_view name : wanted) {
    auto place = std::ranges::find(columns, name, &Column::name);
    if (place == columns.end()) {
      return failure(ErrorKind::malformed_answer, fmt::format("talosctl printed a table without the column {}", name));
    }
    places.push_back(static_cast<std::size_t>(place - columns.begin()));
  }
  TableRows rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (without_blanks(lines[i]).empty()) continue;
    if (!fits(lines[i], columns)) {
      return failure(ErrorKind::malformed_answer, "talosctl printed a table whose rows do not stand below its header");
    }
    std::vector<std::string> row;
    std::ranges::transform(places, std::back_inserter(row),
                           [&](std::size_t p) { return cell_of(lines[i], columns, p); });
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tbx
