// Tells the loader which kinds of action there are, and shows what it finds.
#include "cli/load_spec.h"

#include <ostream>

#include "engine/op.h"

namespace tbx {

LoadOptions load_options() {
  LoadOptions options;
  for (const OpTraits& traits : all_op_traits()) options.action_kinds.emplace(traits.name);
  return options;
}

std::optional<LoadedSpec> load_spec_with_origins(const std::string& file, const Streams& streams) {
  LoadedSpec loaded = load_cluster_file(path_from_text(file), load_options());
  streams.err << format_problems(loaded.problems, loaded.sources) << std::flush;
  if (!loaded.spec) return {};
  return loaded;
}

std::optional<ClusterSpec> load_spec(const std::string& file, const Streams& streams) {
  std::optional<LoadedSpec> loaded = load_spec_with_origins(file, streams);
  return loaded ? std::move(loaded->spec) : std::nullopt;
}

}  // namespace tbx
