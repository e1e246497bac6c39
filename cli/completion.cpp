// tbx completion: prints a shell's script.
#include <ostream>

#include "cli/commands.h"
#include "cli/completion_script.h"

namespace tbx {

ExitCode run_command(const CompletionArguments& arguments, Streams& streams) {
  if (arguments.shell == "bash") streams.out << bash_completion();
  if (arguments.shell == "zsh") streams.out << zsh_completion();
  if (arguments.shell == "fish") streams.out << fish_completion();
  if (arguments.shell == "powershell") streams.out << powershell_completion();
  return ExitCode::done;
}

}  // namespace tbx
