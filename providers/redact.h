// What a tool printed, made fit to be shown and logged.
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// A tool's stderr without usage text and without secrets. A config that talosctl can't decode is printed by it with
/// all values, private keys included: of that, only the names of the keys stay. Keys in PEM or base64, bootstrap
/// tokens, JSON web tokens and 32-byte secrets in base64 are taken out wherever they stand.
std::string redact(std::string_view text);

/// The last line of what was redacted: the error is the last thing that a tool prints.
std::string last_words(std::string_view redacted);

}  // namespace tbx
