#include "specs/did_you_mean.h"

#include <algorithm>

#include "specs/names.h"

namespace tbx {
namespace {

constexpr std::size_t longest_word = 64;  // a longer one is no slip of the finger, and the table stays small

std::size_t slips_allowed(std::size_t length) { return length < 3 ? 1 : std::max<std::size_t>(1, (length + 1) / 3); }

}  // namespace

std::size_t edit_distance(std::string_view left_text, std::string_view right_text) {
  const std::string left = lower_case(left_text);
  const std::string right = lower_case(right_text);
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before(width), previous(width), current(width);
  for (std::size_t j = 0; j < width; ++j) previous[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[right.size()];
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > longest_word) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t fewest = slips_allowed(word.size()) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t slips = edit_distance(word, candidate);
    if (slips < fewest && slips < candidate.size()) {
      fewest = slips;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto nearest = nearest_word(word, candidates);
  return nearest ? ": did you mean \"" + *nearest + "\"?" : "";
}

}  // namespace tbx
