// tbx drift: which fields of reality differ from the file.
#include "engine/drift.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/session.h"

namespace tbx {

ExitCode run_command(const DriftArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "drift", streams);
  if (!session) return ExitCode::failed;
  const Observed found = look_at(*session, session->outside.providers, streams);
  const Drift drift = drift_of(make_plan(session->mask(session->spec), found));
  streams.out << (arguments.format == OutputFormat::json
                      ? drift_to_json(drift)
                      : drift_to_text(drift, style_of(streams, streams.out_terminal)));
  return strongest({drift.refused.empty() ? ExitCode::done : ExitCode::refused,
                    drift.drifted() ? ExitCode::changes : ExitCode::done,
                    drift.complete() ? ExitCode::done : ExitCode::unobservable});
}

}  // namespace tbx
