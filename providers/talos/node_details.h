// What there is to know of machines that run with a config, asked with few calls.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "providers/talos/etcd_state.h"
#include "providers/talos/node_answer.h"

namespace tbx {

struct NodeDetails {
  std::vector<TalosResource> resources;  ///< system information, machine config; extensions where they were asked for
  std::string version;                   ///< with the leading v
};

struct ClusterDetails {
  std::map<std::string, NodeDetails> nodes;       ///< by our name for them
  std::map<std::string, std::string> why_unread;  ///< by our name: what went wrong with a call about it, redacted
  EtcdAnswers etcd;                               ///< `data` is left to the caller
  std::map<std::string, Presence> etcd_data;      ///< by our name, of the control planes that were asked
};

struct DetailWish {
  bool extensions = false;  ///< they tell the schematic
  bool etcd = false;        ///< members and status, of the control planes
};

/// Those of `answers` that are configured: all that answered through one control plane together, the others each for
/// themselves. Four calls at most, two more for etcd, one for alarms where a member reports an error, and one for each
/// control plane whose etcd tells nothing.
ClusterDetails ask_details(Talosctl& talosctl, const std::vector<NodeAnswer>& answers, const DetailWish& wish);

}  // namespace tbx
