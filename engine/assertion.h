// Assertions that stay in release builds: a broken promise of our own stops the program, and says where.
#pragma once

namespace tbx {

[[noreturn]] void assertion_failed(const char* condition, const char* message, const char* file, int line);

}  // namespace tbx

#define TBX_ASSERT(condition, message)                                  \
  do {                                                                  \
    if (!(condition)) {                                                 \
      ::tbx::assertion_failed(#condition, message, __FILE__, __LINE__); \
    }                                                                   \
  } while (false)
