// Loading a cluster file on behalf of a command.
#pragma once

#include <optional>
#include <string>

#include "cli/terminal.h"
#include "specs/load.h"

namespace tbx {

/// With every kind of action that a file may name.
LoadOptions load_options();

/// Prints every problem to stderr. Empty when one of them is an error.
std::optional<ClusterSpec> load_spec(const std::string& file, const Streams& streams);

/// The same, with where its values were written; `spec` is there.
std::optional<LoadedSpec> load_spec_with_origins(const std::string& file, const Streams& streams);

}  // namespace tbx
