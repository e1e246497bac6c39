// What gzip packed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// `malformed_answer` when it is no gzip, breaks off, or unpacks to more than `most_bytes`.
Result<std::string> gunzip(std::string_view packed, std::size_t most_bytes);

}  // namespace tbx
