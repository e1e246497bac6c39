#include "engine/assertion.h"

#include <cstdio>
#include <cstdlib>

namespace tbx {

void assertion_failed(const char* condition, const char* message, const char* file, int line) {
  std::fprintf(stderr, "tbx: a promise of its own is broken, please report it: %s (%s), %s:%d\n", message, condition,
               file, line);
  std::abort();
}

}  // namespace tbx
