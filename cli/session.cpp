// Opens sessions.
#include "cli/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/load_spec.h"
#include "cli/messages.h"
#include "cli/progress.h"
#include "engine/described.h"
#include "engine/look.h"
#include "providers/credentials.h"
#include "specs/load.h"
#include "specs/mask.h"

namespace tbx {

namespace {

/// The options of the simulated world, as they were given.
std::string sim_words(const SimArguments& sim) {
  if (sim.file.empty()) return {};
  std::string words = " --sim " + sim.file;
  if (sim.systems.size() < all_systems.size()) {
    std::vector<std::string> names;
    for (const System system : sim.systems) names.push_back(enum_name(system));
    words += fmt::format(" --sim-systems {}", fmt::join(names, ","));
  }
  return sim.pace > 0 ? words + fmt::format(" --pace {:g}", sim.pace) : words;
}

}  // namespace

std::optional<Session> open_session(const std::string& spec_file, const SimArguments& sim, const std::string& command,
                                    const Streams& streams) {
  std::optional<LoadedSpec> loaded = load_spec_with_origins(spec_file, streams);
  if (!loaded) return {};
  ClusterSpec& spec = *loaded->spec;
  std::filesystem::path folder = credentials_folder(spec_file, spec);
  Result<Outside> outside = wire(sim, spec, folder, "tbx " + command);
  if (!outside) {
    say_error(streams, outside.error());
    return {};
  }
  return Session{.spec_file = spec_file,
                 .command_line = fmt::format("tbx {} {}{}", command, spec_file, sim_words(sim)),
                 .spec = std::move(spec),
                 .origins = std::move(loaded->origins),
                 .sources = std::move(loaded->sources),
                 .folder = folder,
                 .outside = *std::move(outside),
                 .mask = mask_with_secrets_of(folder)};
}

std::filesystem::path credentials_folder(const std::string& spec_file, const ClusterSpec& spec) {
  return path_from_text(spec_file).parent_path() / "_out" / path_from_text(spec.name);
}

Mask mask_with_secrets_of(const std::filesystem::path& folder) {
  return [reader = std::make_shared<CredentialReader>(folder)](const ClusterSpec& spec) {
    const std::optional<FingerprintKey> key = reader->fingerprint_key();
    return masked(spec, key ? &*key : nullptr);
  };
}

Observed look_at(const Session& session, std::span<Provider* const> providers, const Streams& streams,
                 const Scope& scope) {
  const Patience patience(streams, fmt::format("Looking at cluster {}, which takes a while ...", session.spec.name));
  return look(providers, session.spec, scope);
}

}  // namespace tbx
