#include "specs/text_splice.h"

#include <algorithm>

namespace tbx {
namespace {

/// Lines without their ends; one more than there are line breaks.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

void sort_by_place(std::vector<Splice>& splices) { std::ranges::stable_sort(splices, {}, &Splice::begin); }

}  // namespace

std::string spliced(std::string_view text, std::vector<Splice> splices) {
  sort_by_place(splices);
  std::string result;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    result.append(text.substr(at, splice.begin - at)).append(splice.text);
    at = splice.end;
  }
  return result.append(text.substr(at));
}

TrackedText::TrackedText(std::string text) : first_(text), text_(std::move(text)) {
  const auto lines = std::ranges::count(text_, '\n') + 1;
  for (int line = 1; line <= lines; ++line) origins_.push_back(line);
}

void TrackedText::splice(const std::vector<Splice>& splices) {
  std::vector<Splice> sorted = splices;
  sort_by_place(sorted);
  // From the last to the first, so that the places of those to come stay what they are.
  for (auto splice = sorted.rbegin(); splice != sorted.rend(); ++splice) splice_one(*splice);
}

void TrackedText::splice_one(const Splice& splice) {
  const std::size_t before = splice.begin == 0 ? std::string::npos : text_.rfind('\n', splice.begin - 1);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = std::min(text_.find('\n', splice.end), text_.size());
  const std::string old_block = text_.substr(start, end - start);
  text_.replace(splice.begin, splice.end - splice.begin, splice.text);
  const std::string new_block =
      text_.substr(start, old_block.size() + splice.text.size() - (splice.end - splice.begin));

  const std::vector<std::string_view> was = lines_of(old_block);
  const std::vector<std::string_view> is = lines_of(new_block);
  const std::size_t most = std::min(was.size(), is.size());
  std::size_t same_first = 0;
  std::size_t same_last = 0;
  while (same_first < most && was[same_first] == is[same_first]) ++same_first;
  while (same_last < most - same_first && was[was.size() - 1 - same_last] == is[is.size() - 1 - same_last]) ++same_last;

  const auto line = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(start), '\n');
  const auto from = origins_.begin() + line + static_cast<std::ptrdiff_t>(same_first);
  const auto rest = origins_.erase(from, from + static_cast<std::ptrdiff_t>(was.size() - same_first - same_last));
  origins_.insert(rest, is.size() - same_first - same_last, 0);
}

std::vector<LineChange> TrackedText::changes() const {
  const std::vector<std::string_view> was = lines_of(first_);
  const std::vector<std::string_view> is = lines_of(text_);
  std::vector<LineChange> changes;
  std::vector<LineChange> added;
  std::size_t next = 0;
  const auto remove_up_to = [&](std::size_t end) {
    for (; next < end; ++next) {
      changes.push_back({LineChange::removed, static_cast<int>(next) + 1, std::string(was[next])});
    }
    changes.insert(changes.end(), added.begin(), added.end());
    added.clear();
  };
  for (std::size_t line = 0; line < is.size(); ++line) {
    if (origins_[line] == 0) {
      added.push_back({LineChange::added, static_cast<int>(line) + 1, std::string(is[line])});
      continue;
    }
    remove_up_to(static_cast<std::size_t>(origins_[line]) - 1);
    ++next;
  }
  remove_up_to(was.size());
  return changes;
}

}  // namespace tbx
