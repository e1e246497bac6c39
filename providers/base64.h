// Bytes as text, and back (RFC 4648, the usual alphabet with padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tbx {

/// In one line.
std::string to_base64(std::string_view bytes);

/// Blanks and line ends don't count, since PEM breaks lines; empty where anything else is no base64, or it is cut
/// short.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tbx
