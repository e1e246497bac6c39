// tbx apply: plan, ask, execute, look again.
#include <fmt/format.h>

#include <ostream>

#include "cli/apply_plan.h"
#include "cli/apply_report.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/plan_file.h"
#include "cli/plan_output.h"

namespace tbx {
namespace {

/// Whether the plan may be carried out; says why not.
bool is_agreed(const Plan& plan, Question question, const Streams& streams) {
  if (question == Question::answered_yes || plan.actions.size() == plan.blocked.size()) return true;
  if (!can_ask(streams)) {
    say_error(streams, "nobody can be asked here, since this is no terminal; agree with --yes");
    return false;
  }
  const std::string more = plan.complete() ? "" : ", and what later looks add";
  const auto answer =
      ask(streams,
          fmt::format("Apply {}{}? [y/N]",
                      plan.actions.size() == 1 ? "this action" : fmt::format("these {} actions", plan.actions.size()),
                      more));
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  say(streams, "Nothing was changed.");
  return false;
}

ExitCode apply_spec(const ApplyArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "apply", streams);
  if (!session) return ExitCode::failed;
  Observed found = look_at(*session, session->outside.providers, streams);
  Plan plan = make_plan(session->mask(session->spec), found);
  return apply_plan(*session, {std::move(plan), std::move(found)}, arguments, streams);
}

}  // namespace

ExitCode apply_plan(const Session& session, FirstPlan first, const ApplyArguments& arguments, Streams& streams) {
  streams.out << plan_text(first.plan, streams) << std::flush;
  if (!is_agreed(first.plan, arguments.question, streams)) return ExitCode::failed;
  const auto result = change(session,
                             {.planner = make_plan,
                              .providers = session.outside.providers,
                              .first = std::move(first),
                              .events_file = arguments.events,
                              .max_rounds = arguments.max_rounds,
                              .parallel = arguments.parallel},
                             streams);
  if (!result) return ExitCode::failed;
  say_how_it_ended(*result, session, streams);
  if (result->exit_code == ExitCode::done) streams.out << apply_report(*result, session);
  return result->exit_code;
}

ExitCode run_command(const ApplyArguments& arguments, Streams& streams) {
  return is_saved_plan(arguments.spec) ? apply_saved_plan(arguments, streams) : apply_spec(arguments, streams);
}

}  // namespace tbx
