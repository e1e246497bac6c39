// Text of others inside Markdown.
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// Shows as it is: no markup, no HTML, no end of a table cell, no mention of a person and no link to an issue. Longer
/// than 600 columns it is cut.
std::string markdown_text(std::string_view text);

/// A word or value in fixed width, as <code>: unlike between backticks, anything can stand in it, in a table too.
std::string markdown_code(std::string_view text);

}  // namespace tbx
