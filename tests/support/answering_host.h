// A host's PowerShell that runs no script: it gives the answer that a test has for it, and remembers what it was asked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "providers/hyperv/powershell.h"

namespace tbx::test {

class AnsweringHost : public PowerShell {
 public:
  PowerShellResult ask(const PowerShellRequest& request, std::stop_token stop) override;

  struct Asked {
    std::string script;  ///< the name of its file
    nlohmann::json arguments;
    double deadline_seconds = 0;
    ToolEffect effect = ToolEffect::looks;
  };
  std::vector<Asked> asked;
  /// By script. Those without one say that it is done, and of the host that it has no VM.
  std::map<std::string, nlohmann::json> answers;
  std::optional<PowerShellError> fails;
  std::function<void()> meanwhile;  ///< before it answers
};

}  // namespace tbx::test
