// tbx destroy: names what goes, asks for the cluster's name, deletes, and looks whether anything is left.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/change.h"
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/plan_output.h"
#include "providers/credentials.h"
#include "specs/load.h"

namespace tbx {
namespace {

bool is_protected_by_file(const Plan& plan) {
  return std::any_of(plan.refused.begin(), plan.refused.end(),
                     [](const Refused& each) { return each.rule == "protected"; });
}

std::string files_text(const Session& session) {
  const std::vector<std::filesystem::path> files = credential_files(session.folder);
  if (files.empty()) return {};
  std::string text = fmt::format("\nFiles that go with it:\n");
  for (const std::filesystem::path& file : files) text += fmt::format("  - {}\n", text_from_path(file));
  return text;
}

/// Whoever has another cluster of this name, made elsewhere, is to notice before it is gone.
std::string identity_text(const Observed& found, const Session& session) {
  if (!found.credentials.cluster_id.empty()) return {};
  return fmt::format("\nIts secrets are not in _out/{0}: it is known by the name {0} alone.\n", session.spec.name);
}

bool is_agreed(const Session& session, Question question, const Streams& streams) {
  if (question == Question::answered_yes) return true;
  if (!can_ask(streams)) {
    say_error(streams, "nobody can be asked here, since this is no terminal; agree with --yes");
    return false;
  }
  const std::string& name = session.spec.name;
  const auto answer =
      ask(streams, fmt::format("This can't be undone. Type the cluster's name, {}, to delete all of it:", name));
  if (answer == name) return true;
  say(streams, "That is not its name. Nothing was deleted.");
  return false;
}

std::string proof_text(const ConvergeResult& result, const Session& session) {
  const std::string effort = result.rounds == 0 ? "" : fmt::format(" It took {}.", effort_text(result, session));
  return fmt::format("\nLooked again: no machine, disk, hosts line or credential of cluster {} is left.{}\n",
                     session.spec.name, effort);
}

ExitCode refuse(const Plan& plan, const Session& session, const Streams& streams) {
  for (const Refused& each : plan.refused) {
    say_error(streams, fmt::format("{} is refused ({}): {}", id_of(each.op), each.rule, each.reason));
  }
  say(streams, fmt::format("Nothing was deleted. Take the protection out of {} first.", session.spec_file));
  return ExitCode::refused;
}

}  // namespace

ExitCode run_command(const DestroyArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "destroy", streams);
  if (!session) return ExitCode::failed;
  // Host and hosts file suffice, and the cluster may be dead.
  std::vector<Provider*> providers = session->outside.only({System::hyperv, System::access});
  const Observed found = look_at(*session, providers, streams);
  const Plan plan = make_destroy_plan(session->mask(session->spec), found);
  if (is_protected_by_file(plan)) return refuse(plan, *session, streams);
  if (plan.converged()) {
    streams.out << fmt::format("Nothing of cluster {} is there.\n", session->spec.name);
    return ExitCode::done;
  }
  streams.out << plan_text(plan, streams) << files_text(*session) << identity_text(found, *session) << std::flush;
  if (!plan.actions.empty() && !is_agreed(*session, arguments.question, streams)) return ExitCode::failed;

  const auto result = change(*session,
                             {.planner = make_destroy_plan,
                              .mode = PlanMode::destroy,
                              .providers = std::move(providers),
                              .first = {plan, found},
                              .events_file = arguments.events,
                              .max_rounds = {},
                              .parallel = {}},
                             streams);
  if (!result) return ExitCode::failed;
  say_how_it_ended(*result, *session, streams);
  if (result->exit_code == ExitCode::done) streams.out << proof_text(*result, *session);
  return result->exit_code;
}

}  // namespace tbx
