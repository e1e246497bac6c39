// Changing a few bytes of a text, and telling which of its lines became others.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// The bytes from `begin` up to `end` become `text`.
struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// All of them at once; their places are those of the text as it was. Pre: none overlaps another. Several at one place
/// come in the order given.
std::string spliced(std::string_view text, std::vector<Splice> splices);

/// A line that is there no longer, or was not there before.
struct LineChange {
  enum Kind { removed, added };
  Kind kind = removed;
  int line = 0;      ///< counts from 1: in the old text where removed, in the new one where added
  std::string text;  ///< without its end
  bool operator==(const LineChange&) const = default;
};

/// A text that remembers which line each of its lines was at first.
class TrackedText {
 public:
  explicit TrackedText(std::string text);
  void splice(const std::vector<Splice>& splices);
  const std::string& text() const { return text_; }
  /// From the text as it was at first, in the order of lines, the removed ones of a place first.
  std::vector<LineChange> changes() const;

 private:
  void splice_one(const Splice& splice);

  std::string first_;
  std::string text_;
  std::vector<int> origins_;  ///< of each line, counted from 1; 0: it is new
};

}  // namespace tbx
