// Where helm gets an addon's chart from: for what installs it, and for what reads its definitions.
#pragma once

#include <filesystem>
#include <string>

#include "engine/error.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// No repository, which keeps what a version once was, but a folder or an archive on this machine.
bool is_local_chart(const AddonSpec& addon);

/// A name in its repository, oci://…, or the path of a folder or archive: one that the spec names is relative to the
/// spec, beside whose folder `_out` lies. `credentials`: the folder `_out/<cluster>`. rejected for a repository's
/// address with a password, which everybody could read in helm's arguments.
Result<std::string> chart_source(const AddonSpec& addon, const std::filesystem::path& credentials);

}  // namespace tbx
