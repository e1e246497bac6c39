// tbx apply PLANFILE: the same look, the same plan, or nothing.
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "cli/apply_plan.h"
#include "cli/messages.h"
#include "cli/moved.h"
#include "cli/plan_file.h"
#include "specs/spec_json.h"

namespace tbx {
namespace {

/// The spec and what it names, as far as it is not there.
std::vector<Moved> missing_files(const SavedPlan& saved, const std::string& spec_file) {
  std::vector<Moved> missing;
  const auto look_for = [&](const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) missing.push_back({text_from_path(path), "was there, is gone"});
  };
  const std::filesystem::path spec = path_from_text(spec_file);
  look_for(spec);
  if (!missing.empty() && saved.sources.relative_to == SpecBase::working_folder) {
    missing.front().how += ": run tbx in the folder where the plan was made";
  }
  for (const std::string& file : saved.sources.files) {
    // One that lies far away is known by a digest only; the loader tells if it is gone.
    if (!file.starts_with("(folder:")) look_for((spec.parent_path() / path_from_text(file)).lexically_normal());
  }
  return missing;
}

ExitCode refuse(const std::vector<Moved>& moved, const ApplyArguments& arguments, const std::string& spec_file,
                const Streams& streams) {
  const std::string sim = arguments.sim.file.empty() ? "" : " --sim " + arguments.sim.file;
  say_error(streams, fmt::format("{} can't be applied: {} since it was made", arguments.spec,
                                 moved.size() == 1 ? "1 fact moved" : fmt::format("{} facts moved", moved.size())));
  streams.err << moved_text(moved, style_of(streams, streams.err_terminal));
  say(streams, fmt::format("Nothing was changed. Make a new plan, and have it reviewed:\n  tbx plan {} -o {}{}",
                           spec_file, arguments.spec, sim));
  return ExitCode::refused;
}

/// What the file names as its inputs, which only the real ones tell.
bool has_digests_of(const SavedPlan& saved, const ClusterSpec& wanted, const Observed& found) {
  return saved.digests.spec_digest == spec_digest(wanted) && saved.digests.observed_digest == observed_digest(found);
}

}  // namespace

ExitCode apply_saved_plan(const ApplyArguments& arguments, Streams& streams) {
  const Result<SavedPlan> saved = read_plan_file(arguments.spec);
  if (!saved) {
    say_error(streams, saved.error());
    return ExitCode::failed;
  }
  const std::string spec_file = spec_of_plan(*saved, arguments.spec);
  const auto refused = [&](const std::vector<Moved>& moved) { return refuse(moved, arguments, spec_file, streams); };
  if (const auto missing = missing_files(*saved, spec_file); !missing.empty()) return refused(missing);

  const std::optional<Session> session = open_session(spec_file, arguments.sim, "apply", streams);
  if (!session) return ExitCode::failed;
  const ClusterSpec wanted = session->mask(session->spec);
  const auto sources = spec_sources({.plan = arguments.spec, .spec = spec_file}, session->spec, session->origins);
  const auto edited = moved_in_spec(*saved, sources.value_or(saved->sources), wanted);
  if (!edited.empty()) return refused(edited);

  Observed found = look_at(*session, session->outside.providers, streams);
  if (const auto moved = moved_in_facts(*saved, found); !moved.empty()) return refused(moved);
  Plan plan = make_plan(wanted, found);
  if (!same_steps(plan_of(*saved), plan)) return refused({{"what has to be done", "is no longer what the plan says"}});
  if (!has_digests_of(*saved, wanted, found)) {
    say_error(streams, fmt::format("{}: its digests are not those of its spec and facts: the file was edited; make a "
                                   "new plan",
                                   arguments.spec));
    return ExitCode::failed;
  }
  return apply_plan(*session, {std::move(plan), std::move(found)}, arguments, streams);
}

}  // namespace tbx
