// The text of a hosts file: other people's lines, and one block of tbx's for each cluster.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/observed_access.h"

namespace tbx {

/// Whose block it is; both stand in its markers: `# >>> tbx <cluster> <cluster ID>` … `# <<< tbx <cluster> <cluster
/// ID>`.
struct BlockOwner {
  std::string cluster;
  std::string cluster_id;  ///< empty: the secrets that tell it are not there; the cluster's name alone decides then
};

/// In the file's order, one entry for each name, names in lower case.
struct HostsLines {
  std::vector<HostsEntry> ours;
  std::string cluster_id;          ///< in our block's markers
  std::vector<HostsEntry> others;  ///< blocks of other clusters among them
};

/// Errors: malformed_answer, with line numbers and the remedy, for a text in UTF-16 and where our block can't be told
/// from other people's lines: a marker is missing, or there are two blocks. Its message continues "<file>, ".
Result<HostsLines> read_hosts(std::string_view text, const BlockOwner& owner);

/// The text with exactly these entries in our block, every other byte as it was. Without entries there is no block; one
/// that already has them stays as it is; a new one comes last. Errors as read_hosts.
Result<std::string> with_hosts(std::string_view text, const BlockOwner& owner, std::vector<HostsEntry> wanted);

/// Our block, as somebody would type it: markers and lines, each with `line_end`.
std::string hosts_block(const BlockOwner& owner, const std::vector<HostsEntry>& entries, std::string_view line_end);

}  // namespace tbx
