// tbx drift: which fields of reality differ from the file.
#include "engine/drift.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/session.h"
#include "engine/machine_paths.h"

namespace tbx {
namespace {

std::string drift_document(const Drift& drift, const ClusterSpec& wanted, DriftFormat format, const Streams& streams) {
  switch (format) {
    case DriftFormat::text:
      return drift_to_text(drift, style_of(streams, streams.out_terminal));
    case DriftFormat::json:
      return drift_to_json(drift);
    case DriftFormat::markdown:
      return drift_to_markdown(drift);
    case DriftFormat::junit:
      return drift_to_junit(drift, wanted);
  }
  return {};
}

}  // namespace

ExitCode run_command(const DriftArguments& arguments, Streams& streams) {
  const std::optional<Session> session = open_session(arguments.spec, arguments.sim, "drift", streams);
  if (!session) return ExitCode::failed;
  const Observed found = look_at(*session, session->outside.providers, streams);
  const ClusterSpec wanted = session->mask(session->spec);
  // A report goes where the host's paths are nobody's business.
  const bool is_report = arguments.format == DriftFormat::markdown || arguments.format == DriftFormat::junit;
  const Drift drift = drift_of(is_report ? make_plan(without_machine_paths(wanted), without_machine_paths(found))
                                         : make_plan(wanted, found));
  streams.out << drift_document(drift, wanted, arguments.format, streams);
  return strongest({drift.refused.empty() ? ExitCode::done : ExitCode::refused,
                    drift.drifted() ? ExitCode::changes : ExitCode::done,
                    drift.complete() ? ExitCode::done : ExitCode::unobservable});
}

}  // namespace tbx
