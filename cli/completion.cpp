// tbx completion: prints a shell's script.
#include <ostream>

#include "cli/commands.h"
#include "cli/completion_script.h"

namespace tbx {

ExitCode run_command(const CompletionOptions& options, Streams& streams) {
  if (options.shell == "bash") streams.out << bash_completion();
  if (options.shell == "zsh") streams.out << zsh_completion();
  if (options.shell == "fish") streams.out << fish_completion();
  if (options.shell == "powershell") streams.out << powershell_completion();
  return ExitCode::done;
}

}  // namespace tbx
