// tbx --help, tbx help, tbx --version.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/help.h"
#include "specs/version.h"

namespace tbx {

ExitCode run_command(const HelpOptions& options, Streams& streams) {
  const CommandInfo* command = find_command(options.command);
  streams.out << (command == nullptr ? overview_page() : help_page(*command));
  return ExitCode::done;
}

ExitCode run_command(const VersionOptions&, Streams& streams) {
  streams.out << fmt::format("tbx {}\n", version());
  return ExitCode::done;
}

}  // namespace tbx
