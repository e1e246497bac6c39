// Near misses: what somebody probably meant when a word is unknown.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// Single-letter slips between two words: insert, delete, replace, swap neighbours. Case does not count.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate nearest to `word`, if it is near enough to be a slip; the first one where several are.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates);

/// `: did you mean "x"?`, or an empty text where nothing is near. Made to end a message.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace tbx
