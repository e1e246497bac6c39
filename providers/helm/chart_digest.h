// What a chart in a folder of the user's own is made of: its version may stay while he works on it.
#pragma once

#include <filesystem>
#include <string>

#include "engine/error.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// The label of a release that says which chart it was made from: the digest of one in a folder or archive.
inline constexpr const char* chart_label = "tbx/chart";

/// 16 hexadecimal digits over names and contents of an archive or of all files of a folder, hidden files and what
/// editors leave behind aside (as in the .helmignore that `helm create` writes). rejected for what can't be read, or
/// holds more than Helm takes.
Result<std::string> chart_digest(const std::filesystem::path& chart);

/// Of an addon's chart; empty for one from a repository. `credentials`: the folder `_out/<cluster>`.
Result<std::string> digest_of(const AddonSpec& addon, const std::filesystem::path& credentials);

}  // namespace tbx
