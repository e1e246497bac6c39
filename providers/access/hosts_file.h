// The hosts file of this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/observed_access.h"
#include "providers/access/hosts_blocks.h"

namespace tbx {

/// TBX_HOSTS_FILE, else where this system has it.
std::filesystem::path hosts_file_path();

/// A file that is not there is an empty one. Errors: rejected when it can't be read, and as read_hosts.
Result<HostsLines> read_hosts_file(const std::filesystem::path& path, const BlockOwner& owner);

/// Puts exactly these entries into our block; a file that already has them is not touched. Errors: rejected when this
/// user may not change it, with the lines to be put in by hand; busy when somebody else keeps changing it; as
/// read_hosts.
Status write_hosts_file(const std::filesystem::path& path, const BlockOwner& owner,
                        const std::vector<HostsEntry>& wanted);

}  // namespace tbx
