#include "engine/xml_text.h"

#include <algorithm>

#include "engine/text_layout.h"

namespace tbx {
namespace {

std::string_view escape_of(char letter) {
  switch (letter) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&apos;";
    default:
      return {};
  }
}

void append_line(std::string& out, std::string_view line) {
  const std::string text = printable(line);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest.starts_with("\uFFFE") || rest.starts_with("\uFFFF")) {
      out += "\uFFFD";
      i += 2;
    } else if (const std::string_view escape = escape_of(text[i]); !escape.empty()) {
      out += escape;
    } else {
      out += text[i];
    }
  }
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    append_line(out, rest.substr(0, end));
    if (end == rest.size()) return out;
    out += '\n';
    rest.remove_prefix(end + 1);
  }
}

}  // namespace tbx
