// etcd's snapshots in _out/<cluster>/snapshots: numbered files, of which the newest are kept.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// So many stay; what is older goes when a new one is there.
inline constexpr std::size_t kept_snapshots = 20;

/// The file for a snapshot taken before `target` changes, such as 0007-before-talos-hypv-cp-03.snapshot: names sort by
/// age. Makes the folder, for the user alone.
Result<std::filesystem::path> next_snapshot(const std::filesystem::path& folder, std::string_view target);

/// Deletes all but the newest. Files that tbx did not name are left alone.
Status forget_old_snapshots(const std::filesystem::path& folder);

}  // namespace tbx
