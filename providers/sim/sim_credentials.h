// Credentials of simulated clusters: real files with real randomness, in the real formats, that open nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/error.h"

namespace tbx::sim {

/// Like `talosctl gen secrets`. One that is there stays.
Status write_secrets(const std::filesystem::path& folder);
Status write_talosconfig(const std::filesystem::path& folder, const std::string& cluster,
                         const std::vector<std::string>& endpoints);
/// `address`: of a control plane, without port.
Status write_kubeconfig(const std::filesystem::path& folder, const std::string& cluster, const std::string& address);

}  // namespace tbx::sim
