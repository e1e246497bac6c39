// The number that the operating system gave this process.
#pragma once

#include <cstdint>

namespace tbx {

/// For others to see whether it still runs; given again to another process some time after its end.
std::int64_t process_number();

}  // namespace tbx
