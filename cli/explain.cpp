// tbx explain: one action of the plan, or one key of the file, with all that it rests on.
#include "engine/explain.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/load_spec.h"
#include "cli/messages.h"
#include "cli/session.h"
#include "cli/snapshot_file.h"
#include "engine/assertion.h"
#include "providers/credentials.h"
#include "specs/spec_value.h"

namespace tbx {
namespace {

/// The spec and its texts, and what is there, however it was come by.
struct Situation {
  ClusterSpec wanted;  ///< masked
  std::vector<ValueOrigin> origins;
  Sources sources;
  std::filesystem::path folder;
  Observed found;
  std::string seen_in;
};

std::optional<Situation> situation_of_snapshot(const ExplainArguments& arguments, const Streams& streams) {
  std::optional<LoadedSpec> loaded = load_spec_with_origins(arguments.spec, streams);
  if (!loaded) return {};
  const ClusterSpec& spec = *loaded->spec;
  Result<Observed> found = read_snapshot_file(arguments.from, spec);
  if (!found) {
    say_error(streams, found.error());
    return {};
  }
  const std::filesystem::path folder = credentials_folder(arguments.spec, spec);
  return Situation{mask_with_secrets_of(folder)(spec),
                   std::move(loaded->origins),
                   std::move(loaded->sources),
                   folder,
                   *std::move(found),
                   "the snapshot " + arguments.from};
}

std::optional<Situation> situation_of_world(const ExplainArguments& arguments, const Streams& streams) {
  std::optional<Session> session = open_session(arguments.spec, arguments.sim, "explain", streams);
  if (!session) return {};
  const std::string world = "the simulated world in " + arguments.sim.file;
  return Situation{session->mask(session->spec),
                   std::move(session->origins),
                   std::move(session->sources),
                   session->folder,
                   look_at(*session, session->outside.providers, streams),
                   session->outside.is_simulated ? world : std::string("a look just now")};
}

ExitCode show(const Explanation& explanation, Streams& streams) {
  streams.out << explanation_to_text(explanation, style_of(streams, streams.out_terminal));
  return explanation.complete ? ExitCode::done : ExitCode::unobservable;
}

ExitCode explain_path(const std::string& path, const ExplainInput& input, const Situation& situation,
                      const std::string& spec_file, Streams& streams) {
  const auto source = situation.sources.find(text_from_path(path_from_text(spec_file)));
  TBX_ASSERT(source != situation.sources.end(), "what was loaded has a source");
  const ReadDocuments read = read_yaml(source->second, DocumentCount::one);
  TBX_ASSERT(!read.documents.empty(), "what was loaded can be read again");
  const Document& document = read.documents.front();
  const auto place = find_spec_place(document, path);
  if (!place) {
    say_error(streams, fmt::format("there is no key {}: {}", in_quotes(path), place.error()));
    return ExitCode::failed;
  }
  const std::optional<FingerprintKey> key = read_fingerprint_key(situation.folder);
  const SpecTexts texts{document, situation.origins, situation.sources, key ? &*key : nullptr};
  return show(explain_key(input, *place, value_of(*place, texts, situation.wanted)), streams);
}

ExitCode explain_action(const std::string& word, const ExplainInput& input, Streams& streams) {
  const auto item = find_plan_item(input.plan, word);
  if (item) return show(explain_item(input, *item), streams);
  const std::string near = word.find('/') == std::string::npos ? near_spec_key(word) : "";
  say_error(streams,
            near.empty() ? item.error() : fmt::format("neither the plan nor the file has {}{}", in_quotes(word), near));
  if (!input.plan.complete()) {
    say(streams, fmt::format("The plan is not complete: {}.", input.plan.unknown.front().reason));
  }
  return ExitCode::failed;
}

}  // namespace

ExitCode run_command(const ExplainArguments& arguments, Streams& streams) {
  const auto situation =
      arguments.from.empty() ? situation_of_world(arguments, streams) : situation_of_snapshot(arguments, streams);
  if (!situation) return ExitCode::failed;
  PlanTrace trace;
  const Plan plan = make_plan_tracing(situation->wanted, situation->found, trace);
  const ExplainInput input{plan, trace, situation->wanted, situation->found, situation->seen_in};
  if (!is_spec_path(arguments.subject)) return explain_action(arguments.subject, input, streams);
  return explain_path(arguments.subject, input, *situation, arguments.spec, streams);
}

}  // namespace tbx
