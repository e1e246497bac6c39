#include "providers/process_number.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <unistd.h>
#endif

namespace tbx {

#ifdef _WIN32
std::int64_t process_number() { return static_cast<std::int64_t>(GetCurrentProcessId()); }
#else
std::int64_t process_number() { return getpid(); }
#endif

}  // namespace tbx
