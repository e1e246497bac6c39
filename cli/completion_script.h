// Completion scripts for shells, made from the table of commands.
#pragma once

#include <string>

namespace tbx {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();
std::string powershell_completion();

}  // namespace tbx
