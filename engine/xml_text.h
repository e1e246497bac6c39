// Text of others inside XML.
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// For the content of an element and for a value between quotes. Line breaks stay; characters that XML 1.0 does not
/// allow become blanks or U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace tbx
