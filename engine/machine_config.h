// What tbx wants of a node's machine config beyond what Talos generates by itself, and what a change of it costs.
#pragma once

#include <map>
#include <string>

#include "engine/node_network.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// What is the same for all nodes of a cluster.
struct ConfigFacts {
  const NodeNetwork& network;
  bool has_cni = false;  ///< an addon is the network: no Flannel, no kube-proxy
};

/// The network's addon may be wanted, or still be there though the file names it no more.
ConfigFacts config_facts(const ClusterSpec& wanted, const Observed& found, const NodeNetwork& network);

/// The Image Factory's schematic without any customization.
/// Source: factory.talos.dev; docs.siderolabs.com, "Image Factory".
inline constexpr const char* stock_schematic = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";

/// Of the Image Factory for a schematic, and where a release brings no other; the stock one else. `version`: with the
/// leading v. Source: Talos 1.14, hack/release.toml, no longer publishes ghcr.io/siderolabs/installer.
std::string installer_image(const ClusterSpec& wanted, const std::string& version);

/// Path -> JSON text, comparable with TalosNode::config. Paths as in config_paths.h.
std::map<std::string, std::string> wanted_config(const ClusterSpec& wanted, const NodeSpec& node,
                                                 const ConfigFacts& facts);

/// Whether a patch of the node encrypts a disk by the node's ID: its key is made from the machine's UUID, so that no
/// other machine can open it. Source: Talos docs, "Disk Encryption".
bool encrypts_by_node_id(const NodeSpec& node);

/// Whether a change of this path takes effect only with a reboot.
/// Source: Talos 1.11 and 1.12, CanApplyImmediate in internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_runtime.go.
bool needs_reboot(std::string_view path);

}  // namespace tbx
