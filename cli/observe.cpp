// tbx observe: what is there, as a document.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/messages.h"
#include "cli/session.h"
#include "engine/look.h"
#include "engine/observed_json.h"
#include "specs/load.h"

namespace tbx {

ExitCode run_command(const ObserveArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "observe", streams);
  if (!session) return ExitCode::failed;
  const Observed found = look_at(*session, session->outside.providers, streams);
  const std::string document = snapshot_to_json({.cluster = session->spec.name, .observed = found});
  if (arguments.output.empty()) {
    streams.out << document;
  } else if (const auto problem = write_file(path_from_text(arguments.output), document)) {
    say_error(streams, *problem);
    return ExitCode::failed;
  }
  const Plan plan = make_plan(session->mask(session->spec), found);
  for (const Unknown& unknown : plan.unknown) {
    say_warning(streams, fmt::format("{} could not be observed: {}", display_name(unknown.system), unknown.reason));
  }
  return plan.complete() ? ExitCode::done : ExitCode::unobservable;
}

}  // namespace tbx
