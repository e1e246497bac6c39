#include "cli/snapshot_file.h"

#include <fmt/format.h>

#include "engine/observed_json.h"
#include "specs/load.h"

namespace tbx {

Result<Observed> read_snapshot_file(const std::string& file, const ClusterSpec& spec) {
  constexpr std::size_t largest_snapshot = std::size_t{512} << 20;
  const auto text = read_large_file(path_from_text(file), largest_snapshot);
  if (!text) return failure(ErrorKind::rejected, fmt::format("{} can't be read: {}", file, text.error()));
  Result<Snapshot> snapshot = snapshot_from_json(*text, file);
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (snapshot->cluster != spec.name) {
    return failure(ErrorKind::rejected, fmt::format("{} is a snapshot of cluster {}, and the file describes {}", file,
                                                    snapshot->cluster, spec.name));
  }
  return std::move(snapshot->observed);
}

}  // namespace tbx
