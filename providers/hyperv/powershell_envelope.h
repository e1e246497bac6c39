// How requests and answers cross the pipes of PowerShell, apart from the pipes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/hyperv/powershell.h"

namespace tbx {

/// The fixed command line: the bootstrap (scripts/bootstrap.ps1) and no value.
std::vector<std::string> powershell_arguments();

/// What a process is sent first: whether it answers.
inline constexpr std::string_view empty_script = "@{ready=$true}";

/// A request as one line, with its line end. Errors: rejected (a string of the arguments is not UTF-8).
Result<std::string> request_line(int number, const PowerShellRequest& request);

/// What one line of stdout says.
struct PowerShellAnswer {
  int number = -1;  ///< of the request; 0: a request was not understood; -1: the answer was not understood
  nlohmann::json result;
  std::optional<PowerShellFailure> failure;
};

/// Empty: the line is noise. A byte order mark before, and a carriage return behind, don't count.
std::optional<PowerShellAnswer> read_answer(std::string_view line);

}  // namespace tbx
