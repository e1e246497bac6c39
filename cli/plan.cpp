// tbx plan: what has to be done, and nothing of it is done.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/load_spec.h"
#include "cli/messages.h"
#include "cli/plan_file.h"
#include "cli/plan_output.h"
#include "cli/session.h"
#include "cli/snapshot_file.h"
#include "engine/machine_paths.h"
#include "specs/load.h"

namespace tbx {
namespace {

ExitCode exit_code_of(const Plan& plan, bool is_detailed) {
  const bool has_changes = !plan.actions.empty() || !plan.refused.empty();
  return strongest({plan.refused.empty() ? ExitCode::done : ExitCode::refused,
                    is_detailed && has_changes ? ExitCode::changes : ExitCode::done,
                    plan.complete() ? ExitCode::done : ExitCode::unobservable});
}

/// What a plan is made from, however it was come by.
struct Inputs {
  const ClusterSpec& spec;
  const ClusterSpec& wanted;  ///< the same, masked
  const std::vector<ValueOrigin>& origins;
  const Observed& found;
};

/// Says what went wrong; false then.
bool save(const PlanArguments& arguments, const Inputs& inputs, const Streams& streams) {
  const PlanFileNames names{.plan = arguments.output, .spec = arguments.spec};
  auto sources = spec_sources(names, inputs.spec, inputs.origins);
  const auto problem = sources ? write_plan_file(names, saved_plan_of(inputs.wanted, inputs.found, *std::move(sources)))
                               : std::optional(sources.error());
  if (problem) {
    say_error(streams, *problem);
    return false;
  }
  const std::string sim = arguments.sim.file.empty() ? "" : " --sim " + arguments.sim.file;
  say(streams, fmt::format("Saved to {0}. Once reviewed: tbx apply {0}{1}", arguments.output, sim));
  return true;
}

ExitCode show_plan(const PlanArguments& arguments, const Inputs& inputs, Streams& streams) {
  // Markdown is for a pull request, a graph may go with it: the host's paths are nobody's business there.
  const bool is_published = arguments.format == PlanFormat::markdown || arguments.format == PlanFormat::dot;
  const Plan plan = is_published ? make_plan(without_machine_paths(inputs.wanted), without_machine_paths(inputs.found))
                                 : make_plan(inputs.wanted, inputs.found);
  if (!arguments.output.empty() && !save(arguments, inputs, streams)) return ExitCode::failed;
  streams.out << plan_document(plan, inputs.wanted, inputs.found, arguments.format, streams);
  return exit_code_of(plan, arguments.detailed_exit_code);
}

ExitCode plan_from_snapshot(const PlanArguments& arguments, Streams& streams) {
  const std::optional<LoadedSpec> loaded = load_spec_with_origins(arguments.spec, streams);
  if (!loaded) return ExitCode::failed;
  const ClusterSpec& spec = *loaded->spec;
  const Result<Observed> found = read_snapshot_file(arguments.from, spec);
  if (!found) {
    say_error(streams, found.error());
    return ExitCode::failed;
  }
  const ClusterSpec wanted = mask_with_secrets_of(credentials_folder(arguments.spec, spec))(spec);
  return show_plan(arguments, {spec, wanted, loaded->origins, *found}, streams);
}

}  // namespace

ExitCode run_command(const PlanArguments& arguments, Streams& streams) {
  if (!arguments.from.empty()) return plan_from_snapshot(arguments, streams);
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "plan", streams);
  if (!session) return ExitCode::failed;
  const ClusterSpec wanted = session->mask(session->spec);
  const Observed found = look_at(*session, session->outside.providers, streams);
  return show_plan(arguments, {session->spec, wanted, session->origins, found}, streams);
}

}  // namespace tbx
