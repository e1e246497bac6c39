#include "engine/removal_rules.h"

#include <algorithm>
#include <iterator>

#include "engine/ownership.h"

namespace tbx {
namespace {

bool is_control_plane(const ClusterSpec& spec, const std::string& name) {
  const NodeSpec* node = wanted_node(spec, name);
  return node != nullptr && node->role == Role::control_plane;
}

}  // namespace

std::vector<RefusedRemoval> why_not_take_out(const ClusterSpec& spec, const std::vector<std::string>& nodes) {
  std::vector<std::string> control_planes;
  std::vector<std::string> kept;
  std::ranges::copy_if(nodes, std::back_inserter(control_planes),
                       [&](const std::string& node) { return is_control_plane(spec, node); });
  std::ranges::copy_if(nodes, std::back_inserter(kept),
                       [&](const std::string& node) { return is_protected(spec, node); });
  const auto all = std::ranges::count(spec.nodes, Role::control_plane, &NodeSpec::role);

  std::vector<RefusedRemoval> refused;
  if (!control_planes.empty() && all == std::ssize(control_planes)) {
    refused.push_back(
        {control_planes,
         {"last-control-plane", "no control plane would be left, and only tbx destroy removes the last"}});
  }
  if (!kept.empty()) {
    refused.push_back({kept,
                       {"protected",
                        "the file protects what is never to be deleted: take protect or protectNodes "
                        "out of it first"}});
  }
  return refused;
}

}  // namespace tbx
