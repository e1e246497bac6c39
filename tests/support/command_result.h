// What a command gave, and where it was run.
#pragma once

#include <string>
#include <vector>

namespace tbx::test {

struct CommandResult {
  int code = 0;
  std::string out;
  std::string err;
};

enum class Stage { log, terminal };

/// `input`: what somebody types. On a terminal it is 80 columns wide, without colour, and lines are not drawn over.
CommandResult run_tbx(const std::vector<std::string>& words, const std::string& input = "", Stage stage = Stage::log);

}  // namespace tbx::test
