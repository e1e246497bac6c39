// tbx status: how the cluster is, on one screen.
#include "engine/status.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/session.h"

namespace tbx {

ExitCode run_command(const StatusArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "status", streams);
  if (!session) return ExitCode::failed;
  Scope scope;
  scope.live_objects = false;  // what plan and drift take their time for, and one screen does not show
  const Observed found = look_at(*session, session->outside.providers, streams, scope);
  const ClusterSpec wanted = session->mask(session->spec);
  const Plan plan = make_plan(wanted, found);
  streams.out << status_text(wanted, found, plan,
                             {.style = style_of(streams, streams.out_terminal), .spec_path = arguments.spec});
  return plan.complete() ? ExitCode::done : ExitCode::unobservable;
}

}  // namespace tbx
