// An explanation on a terminal.
#include <algorithm>

#include <fmt/format.h>

#include "engine/explain.h"

namespace tbx {
namespace {

constexpr std::size_t widest_label = 22;

std::string_view mark_of(Tone tone, const TextStyle& style) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return style.ascii ? "ok " : "✓ ";
    case Tone::bad:
      return style.ascii ? "! " : "✗ ";
    case Tone::unknown:
      return "? ";
  }
  return "";
}

Ink ink_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return Ink::plain;
    case Tone::good:
      return Ink::green;
    case Tone::bad:
      return Ink::red;
    case Tone::unknown:
      return Ink::yellow;
  }
  return Ink::plain;
}

std::size_t label_width(const ExplainedSection& section) {
  std::size_t width = 0;
  for (const ExplainedLine& line : section.lines) {
    const std::size_t used = display_width(printable(line.label));
    if (used <= widest_label) width = std::max(width, used);
  }
  return width;
}

/// A line without a label has the whole width; a label that is repeated is said once, and one that is too long stands
/// on a line of its own.
void append_section(std::string& out, const ExplainedSection& section, const TextStyle& style) {
  const std::size_t width = label_width(section);
  const bool has_marks = std::ranges::any_of(section.lines, [](const auto& line) { return line.tone != Tone::plain; });
  const std::size_t mark_width = !has_marks ? 0 : style.ascii ? 3 : 2;
  std::string_view label_before;
  out += '\n' + painted(Ink::bold, printable(section.heading), style) + '\n';
  for (const ExplainedLine& line : section.lines) {
    out += "  " + painted(ink_of(line.tone), padded(std::string(mark_of(line.tone, style)), mark_width), style);
    std::size_t indent = 2 + mark_width;
    if (display_width(printable(line.label)) > widest_label) {
      out += printable(line.label) + '\n' + std::string(indent + 2, ' ');
      indent += 2;
    } else if (!line.label.empty()) {
      out += padded(line.label == label_before ? "" : printable(line.label), width + 2);
      indent += width + 2;
    }
    label_before = line.label;
    std::string text;
    append_wrapped(text, std::string(indent, ' '), printable(line.text), style);
    out += text.substr(indent);
  }
}

}  // namespace

std::string explanation_to_text(const Explanation& explanation, const TextStyle& style) {
  std::string out;
  append_wrapped(out, "", printable(explanation.title), style, Ink::bold);
  for (const ExplainedSection& section : explanation.sections) append_section(out, section, style);
  return out;
}

}  // namespace tbx
