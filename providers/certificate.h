// When a certificate ends: the one thing that tbx itself reads of X.509.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tbx {

/// `text`: base64 of a PEM block, as talosconfig and kubeconfig hold it. Empty when it is none.
/// Source: RFC 5280, section 4.1: the validity is the fifth field of the part that is signed.
std::optional<std::chrono::system_clock::time_point> certificate_ends_at(std::string_view text);

}  // namespace tbx
