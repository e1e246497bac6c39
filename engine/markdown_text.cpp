#include "engine/markdown_text.h"

#include "engine/text_layout.h"

namespace tbx {
namespace {

constexpr std::size_t longest_text = 600;

void append_escaped(std::string& out, char letter) {
  if (letter == '<')
    out += "&lt;";
  else if (letter == '>')
    out += "&gt;";
  else if (letter == '&')
    out += "&amp;";
  else if (letter == '|')
    out += "&#124;";
  else if (std::string_view("\\`*_[]#~!").find(letter) != std::string_view::npos)
    (out += '\\') += letter;
  else
    out += letter;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  // GitHub looks for mentions in what is rendered, where no escape is left: the two are parted by a word joiner.
  constexpr std::string_view word_joiner = "\u2060";
  std::string out;
  for (const char letter : shortened(printable(text), longest_text, {})) {
    append_escaped(out, letter);
    if (letter == '@' || letter == '#') out += word_joiner;
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string out = "<code>";
  for (const char letter : shortened(printable(text), longest_text, {})) append_escaped(out, letter);
  return out + "</code>";
}

}  // namespace tbx
