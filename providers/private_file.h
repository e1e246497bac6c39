// Files that only their owner may read, written so that a reader never sees half of one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// Mode 0600, in a folder of mode 0700 that is made when it is not there: written beside its place, then renamed.
Status write_private_file(const std::filesystem::path& path, std::string_view text);

/// `unreachable` when there is no such file, `rejected` when it can't be read.
Result<std::string> read_private_file(const std::filesystem::path& path);

}  // namespace tbx
