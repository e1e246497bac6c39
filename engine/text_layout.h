// Text for a terminal: widths, wrapping, colour. What comes from outside is made harmless first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tbx {

/// How a document for people looks; a terminal's width and wishes are the caller's to find out.
struct TextStyle {
  int width = 80;
  bool colour = false;
  bool ascii = false;  ///< no character beyond ASCII of our own
};

enum class Ink { plain, bold, dim, green, yellow, red, magenta, cyan, alarm };

/// ANSI colours, or the text as it is. Nothing for an empty text.
std::string painted(Ink ink, std::string_view text, const TextStyle& style);

/// Without control characters, which could move a terminal's cursor; bytes that are no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// Columns it takes on a terminal: 2 for wide characters, 0 for combining ones. Pre: printable.
std::size_t display_width(std::string_view text);

/// Filled with spaces up to `width` columns.
std::string padded(std::string text, std::size_t width);

/// At most `width` columns, the end replaced by an ellipsis where it is longer.
std::string shortened(std::string_view text, std::size_t width, const TextStyle& style);

/// Lines of at most `width` columns, broken at spaces; a longer word is cut. At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `first`, then the wrapped text; further lines are indented as far as `first` is wide. Ends with a line break.
void append_wrapped(std::string& out, std::string_view first, std::string_view text, const TextStyle& style,
                    Ink ink = Ink::plain);

std::string_view ellipsis(const TextStyle& style);
std::string_view arrow(const TextStyle& style);

/// "1 action", "2 actions"; `plural` for nouns that do not just take an s.
std::string counted(std::size_t count, std::string_view noun, std::string_view plural = {});

/// With a full stop, so that another sentence can follow.
std::string as_sentence(std::string text);

/// "40 s", "9 min 40 s", "1 h 12 min"
std::string duration_text(double seconds);

}  // namespace tbx
