// tbx world: looks at a simulated world, or disturbs it.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/messages.h"
#include "providers/sim/world_verbs.h"
#include "specs/load.h"

namespace tbx {

ExitCode run_command(const WorldArguments& arguments, Streams& streams) {
  if (arguments.verb.empty()) {
    say_error(streams,
              fmt::format("say what to do with {}, such as: tbx world {} show", arguments.file, arguments.file));
    say(streams, "Run tbx world --help for all verbs.");
    return ExitCode::failed;
  }
  Result<sim::WorldFile> file = sim::WorldFile::open(path_from_text(arguments.file));
  if (!file) {
    say_error(streams, file.error());
    return ExitCode::failed;
  }
  const Result<std::string> answer = sim::run_world_verb(*file, arguments.verb);
  if (!answer) {
    say_error(streams, answer.error());
    return ExitCode::failed;
  }
  streams.out << *answer;
  if (!answer->empty() && answer->back() != '\n') streams.out << '\n';
  return ExitCode::done;
}

}  // namespace tbx
