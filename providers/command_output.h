// What a finished tool left behind.
#pragma once

#include <string>

namespace tbx {

struct CommandOutput {
  int exit_code = 0;
  std::string out;
  std::string err;
  bool operator==(const CommandOutput&) const = default;
};

}  // namespace tbx
