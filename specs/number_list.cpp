#include "specs/number_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

namespace tbx {
namespace {

using Splices = std::vector<Splice>;

/// The list as it is written, with the extent of each item and its anchor.
struct WrittenList {
  const Source& source;
  Extent whole;
  std::vector<Extent> items;
  std::size_t behind_colon;  ///< of its key
};

/// New numbers that come behind the same item; `before`: how many items stand before them.
struct NewNumbers {
  std::size_t before = 0;
  std::vector<int> numbers;
};

int line_of_offset(const Source& source, std::size_t offset) {
  return static_cast<int>(std::ranges::upper_bound(source.line_starts, offset) - source.line_starts.begin());
}

bool same_line(const Source& source, std::size_t left, std::size_t right) {
  return line_of_offset(source, left) == line_of_offset(source, right);
}

/// Behind the comma that follows the item, or its end where none does.
std::size_t behind_comma(const WrittenList& list, std::size_t item) {
  const std::size_t end = list.items[item].end;
  const std::size_t comma = list.source.text.find_first_not_of(" \t", end);
  return comma != std::string::npos && list.source.text[comma] == ',' ? comma + 1 : end;
}

/// Alone in its line, but for its comma and a comment.
bool has_own_line(const WrittenList& list, std::size_t item) {
  const std::size_t next = item + 1 < list.items.size() ? list.items[item + 1].begin : list.whole.end - 1;
  return is_first_in_line(list.source, list.items[item].begin) && !same_line(list.source, list.items[item].begin, next);
}

/// The lines from one place to another as a whole, with their line breaks.
Splice without_lines(const Source& source, std::size_t first, std::size_t last) {
  return {line_at(source, first).begin, std::min(line_at(source, last).end + 1, source.text.size()), ""};
}

/// The line with the line break before it. Pre: it is not the first.
Splice without_last_line(const Source& source, std::size_t place) {
  const Extent line = line_at(source, place);
  const bool ends_in_return = source.text[line.end - 1] == '\r';
  return {line.begin - line_break_at(source, line.begin - 1).size(), line.end - (ends_in_return ? 1 : 0), ""};
}

// ---- in brackets

/// Takes the items from `first` to `last` out; at least one other stays.
void remove_from_flow(const WrittenList& list, std::size_t first, std::size_t last, Splices& splices) {
  const Source& source = list.source;
  const bool has_next = last + 1 < list.items.size();
  bool own_lines = true;
  for (std::size_t item = first; item <= last; ++item) own_lines = own_lines && has_own_line(list, item);
  if (own_lines) {
    splices.push_back(without_lines(source, list.items[first].begin, list.items[last].begin));
    const bool has_comma = behind_comma(list, last) != list.items[last].end;
    if (!has_next && !has_comma) splices.push_back({list.items[first - 1].end, behind_comma(list, first - 1), ""});
    return;
  }
  const bool before_on_line = first > 0 && same_line(source, list.items[first - 1].begin, list.items[first].begin);
  const bool next_on_line = has_next && same_line(source, list.items[last].begin, list.items[last + 1].begin);
  if (!has_next || (before_on_line && !next_on_line)) {
    splices.push_back({list.items[first - 1].end, list.items[last].end, ""});
  } else {
    splices.push_back({list.items[first].begin, list.items[last + 1].begin, ""});
  }
}

std::string separator_of(const WrittenList& list) {
  const bool is_tight = list.items.size() > 1 && list.items[1].begin == list.items[0].end + 1;
  return is_tight ? "," : ", ";
}

void insert_into_flow(const WrittenList& list, const NewNumbers& added, Splices& splices) {
  const Source& source = list.source;
  const std::string separator = separator_of(list);
  if (added.before == 0) {
    const std::size_t front = list.items.front().begin;
    const std::string between = has_own_line(list, 0)
                                    ? fmt::format(",{}{}", line_break_at(source, front), indent_at(source, front))
                                    : separator;
    splices.push_back({front, front, fmt::format("{}{}", fmt::join(added.numbers, between), between)});
    return;
  }
  const std::size_t previous = added.before - 1;
  const Extent& item = list.items[previous];
  if (!has_own_line(list, previous)) {
    splices.push_back({item.end, item.end, fmt::format("{}{}", separator, fmt::join(added.numbers, separator))});
    return;
  }
  // Behind the line as a whole, since its comment belongs to the item before.
  const bool has_comma = behind_comma(list, previous) != item.end;
  if (!has_comma) splices.push_back({item.end, item.end, ","});
  const std::string line_break(line_break_at(source, item.begin));
  const std::string between = fmt::format(",{}{}", line_break, indent_at(source, item.begin));
  const std::size_t next_line = line_at(source, item.begin).end + 1;
  splices.push_back({next_line, next_line,
                     fmt::format("{}{}{}{}", indent_at(source, item.begin), fmt::join(added.numbers, between),
                                 has_comma ? "," : "", line_break)});
}

// ---- in lines

/// What stands before the item in its line: indentation and hyphen. Empty where there is more, or less.
std::string_view bullet_of(const WrittenList& list, std::size_t item) {
  const Extent line = line_at(list.source, list.items[item].begin);
  const std::string_view text = std::string_view(list.source.text).substr(line.begin, line.end - line.begin);
  const std::string_view before = text.substr(0, list.items[item].begin - line.begin);
  const std::size_t hyphen = before.find_first_not_of(" \t");
  const bool is_bullet = hyphen != std::string_view::npos && before[hyphen] == '-' &&
                         before.find_first_not_of(" \t", hyphen + 1) == std::string_view::npos;
  return is_bullet ? before : std::string_view{};
}

void insert_into_lines(const WrittenList& list, const NewNumbers& added, Splices& splices) {
  const Source& source = list.source;
  const std::size_t neighbour = added.before == 0 ? 0 : added.before - 1;
  const Extent line = line_at(source, list.items[neighbour].begin);
  const std::string line_break(line_break_at(source, line.begin));
  const std::string between = line_break + std::string(bullet_of(list, neighbour));
  const std::string lines = fmt::format("{}{}", bullet_of(list, neighbour), fmt::join(added.numbers, between));
  if (added.before == 0) {
    splices.push_back({line.begin, line.begin, lines + line_break});
  } else if (line.end == source.text.size()) {
    splices.push_back({line.end, line.end, line_break + lines});
  } else {
    splices.push_back({line.end + 1, line.end + 1, lines + line_break});
  }
}

// ---- both

std::vector<NewNumbers> new_numbers(const std::vector<int>& present, const std::vector<int>& order) {
  const std::set<int> known(present.begin(), present.end());
  std::vector<NewNumbers> groups;
  std::size_t before = 0;
  for (const int number : order) {
    if (known.contains(number)) {
      ++before;
      continue;
    }
    if (groups.empty() || groups.back().before != before) groups.push_back({before, {}});
    groups.back().numbers.push_back(number);
  }
  return groups;
}

/// First and last of the items that stand side by side and go.
std::vector<std::pair<std::size_t, std::size_t>> runs_that_go(const std::vector<int>& present,
                                                              const std::set<int>& wanted) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t item = 0; item < present.size(); ++item) {
    if (wanted.contains(present[item])) continue;
    if (!runs.empty() && runs.back().second + 1 == item) {
      runs.back().second = item;
    } else {
      runs.push_back({item, item});
    }
  }
  return runs;
}

Splices edit_lines(const WrittenList& list, const std::vector<int>& present, const std::vector<int>& wanted) {
  Splices splices;
  for (std::size_t item = 0; item < list.items.size(); ++item) {
    if (bullet_of(list, item).empty()) return {};
  }
  if (wanted.empty()) splices.push_back({list.behind_colon, list.behind_colon, " []"});
  for (const auto& [first, last] : runs_that_go(present, {wanted.begin(), wanted.end()})) {
    const bool at_end = line_at(list.source, list.items[last].begin).end == list.source.text.size();
    // One by one, so that comments between them stay.
    for (std::size_t item = first; item <= last; ++item) {
      const std::size_t place = list.items[item].begin;
      splices.push_back(at_end ? without_last_line(list.source, place) : without_lines(list.source, place, place));
    }
  }
  for (const NewNumbers& added : new_numbers(present, edited_order(present, wanted))) {
    insert_into_lines(list, added, splices);
  }
  return splices;
}

Splices edit_flow(const WrittenList& list, const std::vector<int>& present, const std::vector<int>& wanted) {
  if (present.empty() || wanted.empty()) return {{list.whole.begin, list.whole.end, flow_list(wanted)}};
  Splices splices;
  for (const auto& [first, last] : runs_that_go(present, {wanted.begin(), wanted.end()})) {
    remove_from_flow(list, first, last, splices);
  }
  for (const NewNumbers& added : new_numbers(present, edited_order(present, wanted))) {
    insert_into_flow(list, added, splices);
  }
  return splices;
}

}  // namespace

std::vector<int> edited_order(const std::vector<int>& present, const std::vector<int>& wanted) {
  const std::set<int> staying(wanted.begin(), wanted.end());
  const std::set<int> known(present.begin(), present.end());
  std::vector<int> order;
  for (const int number : present) {
    if (staying.contains(number)) order.push_back(number);
  }
  for (const int number : staying) {
    if (known.contains(number)) continue;
    order.insert(std::ranges::find_if(order, [&](int each) { return each > number; }), number);
  }
  return order;
}

std::string flow_list(const std::vector<int>& numbers) { return fmt::format("[{}]", fmt::join(numbers, ", ")); }

std::vector<Splice> edit_number_list(const Source& source, const YamlNode& mapping, std::size_t key_child,
                                     const std::vector<int>& present, const std::vector<int>& wanted) {
  const YamlNode& node = *mapping.children[key_child + 1];
  const auto whole = extent_of(source, mapping, key_child + 1);
  const auto key = extent_of(source, mapping, key_child);
  if (!whole || !key || node.kind != YamlNode::list || node.children.size() != present.size()) return {};
  const std::size_t colon = source.text.find(':', key->end);
  if (colon == std::string::npos) return {};
  WrittenList list{source, *whole, {}, colon + 1};
  for (std::size_t item = 0; item < node.children.size(); ++item) {
    const auto extent = extent_of(source, node, item);
    if (!extent) return {};
    list.items.push_back({offset_of(source, node.child_places[item]), extent->end});
  }
  return is_flow(source, node) ? edit_flow(list, present, wanted) : edit_lines(list, present, wanted);
}

}  // namespace tbx
