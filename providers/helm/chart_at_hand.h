// The chart of an addon as a file of this machine, so that what is installed is what its digest was taken of.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/error.h"
#include "providers/helm/helm_command.h"
#include "providers/helm/release_record.h"

namespace tbx {

struct ChartAtHand {
  std::string path;   ///< of a folder or archive
  std::string label;  ///< what the release's label `tbx/chart` has to say
};

/// A chart on this machine as it lies there; one from a repository or registry is pulled into `folder`. `credentials`:
/// the folder `_out/<cluster>`. rejected as chart_source, for what can't be read, and where `existing` was made from
/// another archive of the same name: what a version is must not change.
Result<ChartAtHand> chart_at_hand(const AddonSpec& addon, const std::optional<ReleaseRecord>& existing,
                                  const Helm& helm, const std::filesystem::path& credentials,
                                  const std::filesystem::path& folder, std::stop_token stop);

}  // namespace tbx
