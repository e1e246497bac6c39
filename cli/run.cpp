// Finds out what is asked for, and does it.
#include "cli/run.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/messages.h"

namespace tbx {

ExitCode run(const std::vector<std::string>& words, Streams& streams) {
  const auto arguments = parse_arguments(words);
  if (!arguments) {
    const UsageError& error = arguments.error();
    say_error(streams, error.message);
    const std::string command = error.command.empty() ? "" : fmt::format(" {}", error.command);
    say(streams, fmt::format("Run tbx{} --help to see what it takes.", command));
    return ExitCode::failed;
  }
  return std::visit([&](const auto& arguments) { return run_command(arguments, streams); }, *arguments);
}

}  // namespace tbx
