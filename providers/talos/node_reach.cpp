#include "providers/talos/node_reach.h"

#include <algorithm>
#include <set>

#include "engine/ownership.h"

namespace tbx {

std::vector<NodeReach> reach_of(const ClusterSpec& spec, const Observed& found, const std::vector<std::string>& nodes) {
  std::vector<NodeReach> reached;
  for (const std::string& node : nodes) {
    const Machine* machine = our_machine(found, spec, node);
    if (machine == nullptr || machine->power != Power::running || machine->dhcp_address.empty()) {
      continue;
    }
    const Disk* disk = disk_at(found.host, machine->disk_path, node);
    reached.push_back({node, is_control_plane_name(spec, node), machine->dhcp_address, machine->mark.node_address,
                       disk != nullptr && disk->was_booted});
  }
  return reached;
}

std::vector<std::string> all_nodes(const ClusterSpec& spec, const Observed& found) {
  std::set<std::string> names;
  for (const NodeSpec& node : spec.nodes) {
    names.insert(node.name);
  }
  for (const Machine& machine : found.host.machines) {
    if (is_ours(machine.mark, spec, found.credentials)) {
      names.insert(machine.name);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> control_planes_in(const ClusterSpec& spec, const std::vector<std::string>& nodes) {
  std::vector<std::string> names;
  std::ranges::copy_if(nodes, std::back_inserter(names),
                       [&](const std::string& node) { return is_control_plane_name(spec, node); });
  return names;
}

void probe(std::vector<NodeReach>& nodes) {
  constexpr double seconds = 2;
  std::vector<std::string> addresses;
  std::ranges::transform(nodes, std::back_inserter(addresses), &NodeReach::host_address);
  auto answers = probe_ports(addresses, talos_port, seconds);
  for (NodeReach& node : nodes) {
    node.port = answers.at(node.host_address);
  }
}

}  // namespace tbx
