// Bytes of a file into UTF-8 text, whatever editor or shell wrote them.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tbx {

/// UTF-8 with or without BOM, and UTF-16 with one, as `>` writes it in PowerShell 5.1. The BOM is taken off.
/// The error names the first byte that fits nowhere.
tl::expected<std::string, std::string> decode_text(std::string_view bytes);

/// The inverse: UTF-8 text as bytes in the encoding of `like`, with a BOM where `like` has one. Pre: the text is UTF-8,
/// as `decode_text` gives it.
std::string encode_text(std::string_view text, std::string_view like);

/// As Windows takes and counts it: UTF-16, little endian, no BOM. Pre: as `encode_text`.
std::string utf16_of(std::string_view text);

}  // namespace tbx
