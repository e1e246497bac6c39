// The version of tbx, as CMakeLists.txt has it.
#pragma once

#include <string_view>

namespace tbx {

/// Without a leading v, such as "0.1.0".
std::string_view version();

}  // namespace tbx
