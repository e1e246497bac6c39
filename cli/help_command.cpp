// tbx --help, tbx help, tbx --version.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/help.h"
#include "providers/sim/world_verbs.h"
#include "specs/version.h"

namespace tbx {

ExitCode run_command(const HelpArguments& arguments, Streams& streams) {
  const CommandInfo* command = find_command(arguments.command);
  if (command == nullptr) {
    streams.out << overview_page();
  } else {
    streams.out << help_page(*command, command->name == "world" ? sim::world_verbs_help() : std::string());
  }
  return ExitCode::done;
}

ExitCode run_command(const VersionArguments&, Streams& streams) {
  streams.out << fmt::format("tbx {}\n", version());
  return ExitCode::done;
}

}  // namespace tbx
