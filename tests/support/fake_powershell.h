// A program that speaks as the resident PowerShell does, without running any script.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/environment_variable.h"
#include "tests/support/sim_lab.h"

namespace tbx::test {

/// In a folder of its own, named by TBX_POWERSHELL while it lives.
class FakePowerShell {
 public:
  /// `answering`: Python, what is done about each request. It may use `request` with the keys n, script and args,
  /// `starts` (the how many-th process it is), `line(n, result)` (the bytes of an answer), `say(bytes)`,
  /// `answer(result)`. `beginning`: what is done before the first line is read.
  explicit FakePowerShell(const std::string& answering, const std::string& beginning = "pass");

  /// The command line of each process that was started, without the program, separated by a blank.
  std::vector<std::string> command_lines() const;

 private:
  TemporaryFolder folder_;
  EnvironmentVariable variable_;
};

}  // namespace tbx::test
