#include "engine/markdown_page.h"

#include <fmt/format.h>

#include "engine/text_layout.h"

namespace tbx {

bool MarkdownPage::add(std::string_view text, std::size_t kept_free) {
  if (out_.size() + text.size() + kept_free > most_bytes_) return false;
  out_ += text;
  return true;
}

void MarkdownPage::add_lines(const std::vector<std::string>& lines, std::size_t kept_free) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (add(lines[i], kept_free)) continue;
    add(fmt::format("\n*{} left out: the text would be too long here.*\n", counted(lines.size() - i, "more line")));
    return;
  }
}

}  // namespace tbx
