// The Hyper-V host of one cluster, as all its ops ask it.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/error.h"
#include "engine/observed_host.h"
#include "providers/hyperv/powershell.h"
#include "providers/tools.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Of a request, from when it is sent: Hyper-V's cmdlets take seconds on a slow host.
inline constexpr double usual_deadline_seconds = 60;

/// Whoever asks the host: a PowerShell on it, and where this cluster's files are on this side. Both outlive it.
struct Host {
  PowerShell& powershell;
  std::filesystem::path credentials;  ///< the folder `_out/<cluster>`, beside whose spec the boot images lie

  /// Runs a script of scripts/, whose failures are told in people's words (see hyperv_failure.h). Every request names
  /// the cluster, its ID and the host's folder; `arguments` come on top.
  Result<nlohmann::json> ask(std::string_view script, const ClusterSpec& spec, const std::string& cluster_id,
                             nlohmann::json arguments, ToolEffect effect, const std::stop_token& stop,
                             double deadline_seconds = usual_deadline_seconds) const;

  /// All of the host in one request. Errors as ask() and read_host().
  Result<HostState> look(const ClusterSpec& spec, const std::string& cluster_id, const std::stop_token& stop) const;

  /// Where the boot images of this spec lie.
  std::string image_folder(const ClusterSpec& spec) const;
};

}  // namespace tbx
