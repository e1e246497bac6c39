// SHA-256, for digests that are shown and compared.
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace tbx
