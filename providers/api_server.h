// Where the Kubernetes API can be asked, and whether there is one: for the providers of Kubernetes and of Helm.
#pragma once

#include <filesystem>
#include <string>

#include "engine/error.h"
#include "engine/observed.h"
#include "specs/cluster_spec.h"

namespace tbx {

inline constexpr int api_port = 6443;

/// A control plane of ours on whose address the API's port is open.
struct ApiEndpoint {
  std::string node;
  std::string address;       ///< from DHCP: what is dialled
  std::string node_address;  ///< what the nodes call it; the same with nodeSubnet: none
  bool operator==(const ApiEndpoint&) const = default;
};

/// Asks the ports of all control planes at once, for two seconds at most, and takes the one that `kubeconfig_server`
/// (https://address:6443, may be empty) names, else the first by name. Error: unreachable, with what is not so yet:
/// "machine talos-hypv-cp-01 is off".
Result<ApiEndpoint> find_api_endpoint(const ClusterSpec& spec, const Observed& found,
                                      const std::string& kubeconfig_server);

/// Whether there is an API to ask.
struct ApiServer {
  Presence presence = Presence::unknown;  ///< absent: never bootstrapped; present: its port is open
  std::string reason;                     ///< why not present
  ApiEndpoint endpoint;                   ///< only when present
  bool operator==(const ApiServer&) const = default;
};

/// `credentials`: the folder `_out/<cluster>`. What is known of etcd, the host and its machines is taken from `found`.
ApiServer look_for_api(const ClusterSpec& spec, const Observed& found, const std::filesystem::path& credentials);

/// The same for an action. Error: unreachable where it may come to answer; rejected without a kubeconfig.
Result<ApiEndpoint> api_for_action(const ClusterSpec& spec, const Observed& found,
                                   const std::filesystem::path& credentials);

}  // namespace tbx
