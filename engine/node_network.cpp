#include "engine/node_network.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "specs/ip.h"
#include "specs/sha256.h"

namespace tbx {

namespace {

constexpr std::size_t most_nodes_of_a_small_subnet = 200;
constexpr std::uint32_t first_control_plane = 11;
constexpr std::uint32_t first_worker = 51;

std::string subnet_by_name(const ClusterSpec& wanted) {
  if (wanted.nodes.size() > most_nodes_of_a_small_subnet) {
    return "10.77.0.0/16";
  }
  return fmt::format("10.77.{}.0/24", std::stoi(sha256_hex(wanted.name).substr(0, 2), nullptr, 16));
}

template <class Visit>
void visit_our_marks(const ClusterSpec& wanted, const Observed& found, const Visit& visit) {
  for (const Machine& machine : found.host.machines) {
    if (is_ours(machine.mark, wanted, found.credentials)) {
      visit(machine.mark);
    }
  }
  for (const Disk& disk : found.host.disks) {
    if (is_ours(disk.mark, wanted, found.credentials)) {
      visit(disk.mark);
    }
  }
}

/// The marks decide for a living cluster, then the file, then the cluster's name.
std::string decide_subnet(const ClusterSpec& wanted, const Observed& found, std::vector<Refusal>& refusals) {
  const std::string& asked = wanted.network.node_subnet;
  bool marked = false;
  std::string of_marks;
  visit_our_marks(wanted, found, [&](const Mark& mark) {
    of_marks = marked ? of_marks : mark.node_subnet;
    marked = true;
  });
  if (!marked) {
    return asked == "none" ? "" : asked.empty() ? subnet_by_name(wanted) : asked;
  }
  std::string as_asked = asked == "none" ? "" : asked;
  if (!asked.empty() && as_asked != of_marks) {
    std::string lives = of_marks.empty() ? "none" : of_marks;
    refusals.push_back({"node-subnet", fmt::format("the cluster was created with nodeSubnet {}, and its nodes keep "
                                                   "their addresses for life: set network.nodeSubnet back to {}, or "
                                                   "leave it out",
                                                   lives, lives)});
  }
  return of_marks;
}

void check_overlaps(const ClusterSpec& wanted, const Observed& found, const Ipv4Network& subnet,
                    std::vector<Refusal>& refusals) {
  auto check = [&](const std::string& other, const char* what) {
    auto network = parse_ipv4_network(other);
    if (network && overlap(subnet, *network)) {
      refusals.push_back({"address-taken", fmt::format("the node subnet {} overlaps {} {}: choose another with "
                                                       "network.nodeSubnet",
                                                       format_network(subnet), what, other)});
    }
  };
  check(found.host.switch_subnet, "the switch's DHCP subnet");
  check(wanted.network.pod_subnet.empty() ? "10.244.0.0/16" : wanted.network.pod_subnet, "the pod subnet");
  check(wanted.network.service_subnet.empty() ? "10.96.0.0/12" : wanted.network.service_subnet, "the service subnet");
}

std::set<Ipv4Address> addresses_in_use(const ClusterSpec& wanted, const Observed& found) {
  std::set<Ipv4Address> taken;
  auto take = [&](const std::string& text) {
    if (auto address = parse_ipv4_address(text)) {
      taken.insert(*address);
    }
  };
  visit_our_marks(wanted, found, [&](const Mark& mark) { take(mark.node_address); });
  for (const KubernetesNode& node : found.kubernetes.nodes) {
    take(node.internal_address);
  }
  for (const EtcdMember& member : found.etcd.members) {
    take(member.peer_address);
  }
  return taken;
}

/// Hands out the lowest free addresses of one kind, upwards.
class AddressRow {
 public:
  AddressRow(const Ipv4Network& subnet, std::uint32_t first, std::uint32_t end)
      : subnet_(subnet), next_(first), end_(end) {}

  std::string take(std::set<Ipv4Address>& taken) {
    for (; next_ < end_; ++next_) {
      auto address = nth_address(subnet_, next_);
      if (address && taken.insert(*address).second) {
        ++next_;
        return format_address(*address);
      }
    }
    return {};
  }

 private:
  Ipv4Network subnet_;
  std::uint32_t next_;
  std::uint32_t end_;
};

void hand_out(const ClusterSpec& wanted, const Observed& found, const Ipv4Network& subnet, NodeNetwork& network) {
  std::set<Ipv4Address> taken = addresses_in_use(wanted, found);
  auto size = static_cast<std::uint32_t>(address_count(range_of(subnet)));
  AddressRow control_planes(subnet, first_control_plane, std::min(first_worker, size - 1));
  AddressRow workers(subnet, first_worker, size - 1);
  for (const NodeSpec& node : wanted.nodes) {
    NodeAddress& entry = network.nodes[node.name];
    if (!entry.address.empty()) {
      continue;
    }
    entry.address = node.role == Role::control_plane ? control_planes.take(taken) : workers.take(taken);
    if (entry.address.empty()) {
      network.refusals.push_back(
          {"addresses-exhausted",
           fmt::format("no address of {} is left for {}: a larger network.nodeSubnet can only be "
                       "chosen when a cluster is created",
                       network.subnet, node.name)});
    }
  }
}

}  // namespace

std::string static_mac(const std::string& cluster, const std::string& node) {
  std::string hash = sha256_hex(cluster + "/" + node);
  return fmt::format("02:{}:{}:{}:{}:{}", hash.substr(0, 2), hash.substr(2, 2), hash.substr(4, 2), hash.substr(6, 2),
                     hash.substr(8, 2));
}

NodeNetwork lay_out_node_network(const ClusterSpec& wanted, const Observed& found) {
  NodeNetwork network;
  network.subnet = decide_subnet(wanted, found, network.refusals);
  std::map<std::string, NodeAddress> marked;
  visit_our_marks(wanted, found, [&](const Mark& mark) {
    marked.try_emplace(mark.node, NodeAddress{mark.node_address, mark.mac});
  });
  for (const NodeSpec& node : wanted.nodes) {
    auto place = marked.find(node.name);
    network.nodes[node.name] =
        place != marked.end() ? place->second : NodeAddress{"", static_mac(wanted.name, node.name)};
  }
  auto subnet = parse_ipv4_network(network.subnet);
  if (!network.subnet.empty() && subnet) {
    network.prefix_length = subnet->prefix_length;
    network.vip = format_address(nth_address(*subnet, 2).value_or(Ipv4Address{}));
    check_overlaps(wanted, found, *subnet, network.refusals);
    hand_out(wanted, found, *subnet, network);
  }
  return network;
}

}  // namespace tbx
