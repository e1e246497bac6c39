// The two things of Kubernetes that Talos does: giving a kubeconfig, and upgrading.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "providers/api_server.h"
#include "providers/tools.h"

namespace tbx {

/// To one control plane, by its address. `talosconfig` has to exist: talosctl would make an empty one.
ToolCall talosctl_call(const std::filesystem::path& talosconfig, const ApiEndpoint& endpoint,
                       std::vector<std::string> arguments);

/// `what` and talosctl's own last words, redacted.
tl::unexpected<Error> talosctl_failure(const ToolCall& call, const CommandOutput& output, const std::string& what,
                                       ErrorKind kind);

}  // namespace tbx
