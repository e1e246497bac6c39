// Snapshots as files: written by `tbx observe -o`, read wherever --from says so.
#pragma once

#include <string>

#include "engine/error.h"
#include "engine/observed.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// The error says that it can't be read, is no snapshot, or is one of another cluster.
Result<Observed> read_snapshot_file(const std::string& file, const ClusterSpec& spec);

}  // namespace tbx
