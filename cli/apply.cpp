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
#include "engine/ownership.h"
#include "engine/schedule.h"
#include "specs/did_you_mean.h"
#include "specs/problem.h"

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

/// The machines that those nodes have now. One without a machine is made anyway. Says which names are no node's.
std::optional<Replacements> replacements_of(const std::vector<std::string>& nodes, const ClusterSpec& spec,
                                            const Observed& found, const Streams& streams) {
  Replacements replacements;
  std::vector<std::string> names;
  for (const NodeSpec& node : spec.nodes) names.push_back(node.name);
  for (const std::string& node : nodes) {
    if (wanted_node(spec, node) == nullptr) {
      say_error(streams,
                fmt::format("--replace: the file has no node {}{}", in_quotes(node), did_you_mean(node, names)));
      return {};
    }
    if (const Machine* machine = our_machine(found, spec, node)) replacements[node] = machine->id;
  }
  return replacements;
}

ExitCode apply_spec(const ApplyArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "apply", streams);
  if (!session) return ExitCode::failed;
  Observed found = look_at(*session, session->outside.providers, streams);
  const std::optional<Replacements> replacements = replacements_of(arguments.replace, session->spec, found, streams);
  if (!replacements) return ExitCode::failed;
  Planner planner = [replacements = *replacements](const ClusterSpec& wanted, const Observed& seen) {
    return make_plan_replacing(wanted, seen, replacements);
  };
  Plan plan = planner(session->mask(session->spec), found);
  return apply_plan(*session, {std::move(plan), std::move(found)}, arguments, streams, std::move(planner));
}

}  // namespace

ExitCode apply_plan(const Session& session, FirstPlan first, const ApplyArguments& arguments, Streams& streams,
                    Planner planner) {
  streams.out << plan_text(first.plan, streams) << std::flush;
  if (!is_agreed(first.plan, arguments.question, streams)) return ExitCode::failed;
  const int parallel = arguments.parallel.value_or(0);
  const PlannedTime planned{simulated_makespan(first.plan, parallel), makespan_lower_bound(first.plan)};
  const auto result = change(session,
                             {.planner = std::move(planner),
                              .providers = session.outside.providers,
                              .first = std::move(first),
                              .events_file = arguments.events,
                              .max_rounds = arguments.max_rounds,
                              .parallel = arguments.parallel},
                             streams);
  if (!result) return ExitCode::failed;
  say_how_it_ended(*result, session, streams);
  if (result->exit_code == ExitCode::done) streams.out << apply_report(*result, planned, session);
  return result->exit_code;
}

ExitCode run_command(const ApplyArguments& arguments, Streams& streams) {
  if (!is_saved_plan(arguments.spec)) return apply_spec(arguments, streams);
  if (arguments.replace.empty()) return apply_saved_plan(arguments, streams);
  say_error(streams, "--replace changes the plan, and a saved one is done as it is; apply the cluster's file instead");
  return ExitCode::failed;
}

}  // namespace tbx
