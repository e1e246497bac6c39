// Loading a cluster file on behalf of a command.
#pragma once

#include <optional>
#include <string>

#include "cli/terminal.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Prints every problem to stderr. Empty when one of them is an error.
std::optional<ClusterSpec> load_spec(const std::string& file, const Streams& streams);

}  // namespace tbx
