// A Markdown text with an upper limit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// The longest comment that GitHub takes has 65,536 characters.
inline constexpr std::size_t longest_markdown = 65'000;

/// Takes whole lines while they fit, and says how many it had to leave out.
class MarkdownPage {
 public:
  explicit MarkdownPage(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// False, and nothing is added, when less than `kept_free` bytes would be left for what comes later.
  bool add(std::string_view text, std::size_t kept_free = 0);

  /// `lines` each end with a line break. Those that don't fit are counted in one last line.
  void add_lines(const std::vector<std::string>& lines, std::size_t kept_free);

  std::string take() && { return std::move(out_); }

 private:
  std::size_t most_bytes_;
  std::string out_;
};

}  // namespace tbx
