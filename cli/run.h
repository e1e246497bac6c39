// A whole run of the program, apart from the process around it: what tests call.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "engine/exit_code.h"

namespace tbx {

/// `words`: the command line without the program's name.
ExitCode run(const std::vector<std::string>& words, Streams& streams);

}  // namespace tbx
