// tbx apply: plan, ask, execute, look again.
#include <fmt/format.h>

#include <ostream>

#include "cli/apply_report.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/plan_output.h"
#include "specs/load.h"

namespace tbx {
namespace {

/// A saved plan starts like a JSON document, which no cluster file does.
bool is_saved_plan(const std::string& file) {
  const auto text = read_file_from_disk(path_from_text(file));
  if (!text) return false;
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  return first != std::string::npos && (*text)[first] == '{' && text->find("\"format_version\"") != std::string::npos;
}

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

}  // namespace

ExitCode run_command(const ApplyArguments& arguments, Streams& streams) {
  if (is_saved_plan(arguments.spec)) {
    say_error(streams, fmt::format("{} is a saved plan, and applying one is not there yet; apply the cluster's file",
                                   arguments.spec));
    return ExitCode::failed;
  }
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "apply", streams);
  if (!session) return ExitCode::failed;
  const Observed found = look_at(*session, session->outside.providers, streams);
  const Plan plan = make_plan(session->mask(session->spec), found);
  streams.out << plan_text(plan, streams) << std::flush;
  if (!is_agreed(plan, arguments.question, streams)) return ExitCode::failed;

  const auto result = change(*session,
                             {.planner = make_plan,
                              .providers = session->outside.providers,
                              .first = {plan, found},
                              .events_file = arguments.events,
                              .max_rounds = arguments.max_rounds,
                              .parallel = arguments.parallel},
                             streams);
  if (!result) return ExitCode::failed;
  say_how_it_ended(*result, *session, streams);
  if (result->exit_code == ExitCode::done) streams.out << apply_report(*result, *session);
  return result->exit_code;
}

}  // namespace tbx
