#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "specs/ip.h"
#include "specs/load_steps.h"

namespace tbx {
namespace {

const Ipv4Network default_nodes{Ipv4Address{0x0A4D0000}, 16};     // 10.77.0.0/16, of which a part is chosen
const Ipv4Network default_pods{Ipv4Address{0x0AF40000}, 16};      // 10.244.0.0/16
const Ipv4Network default_services{Ipv4Address{0x0A600000}, 12};  // 10.96.0.0/12

/// One of the three networks, as written or by default.
struct Subnet {
  std::string name;
  Field field;
  std::optional<Ipv4Network> network;
};

bool is_ordinary(const Ipv4Network& network) {
  constexpr std::array special{Ipv4Network{Ipv4Address{0}, 8}, Ipv4Network{Ipv4Address{0x7F000000}, 8},
                               Ipv4Network{Ipv4Address{0xA9FE0000}, 16}, Ipv4Network{Ipv4Address{0xE0000000}, 3}};
  return std::ranges::none_of(special, [&](const Ipv4Network& other) { return overlap(network, other); });
}

/// Empty for `none` and for what is no network.
Subnet read_subnet(Loading& loading, const Field& network, std::string key, const Ipv4Network& by_default,
                   std::string& wanted) {
  Subnet subnet{key, member(network, key), std::nullopt};
  const auto text = text_of(subnet.field);
  if (!text) {
    if (!subnet.field) subnet.network = by_default;
    return subnet;
  }
  wanted = *text;
  const bool can_be_off = key == "nodeSubnet";
  if (can_be_off && *text == "none") return subnet;
  const auto parsed = parse_ipv4_network(*text);
  if (!parsed) {
    complain(loading, subnet.field.path,
             parsed.error() + (can_be_off && text->find('/') == std::string::npos ? ", or none" : ""));
  } else if (!is_ordinary(*parsed)) {
    complain(loading, subnet.field.path,
             fmt::format("{} can't be used for machines: take a part of 10.0.0.0/8, "
                         "172.16.0.0/12 or 192.168.0.0/16",
                         in_quotes(*text)));
  } else {
    subnet.network = *parsed;
  }
  return subnet;
}

std::string described(const Subnet& subnet) {
  const std::string network = format_network(*subnet.network);
  if (subnet.field) return fmt::format("{} {}", subnet.name, network);
  if (subnet.name == "nodeSubnet") return fmt::format("{}, from which nodeSubnet is chosen", network);
  return fmt::format("{}, the default of {}", network, subnet.name);
}

void check_overlap(Loading& loading, const Subnet& left, const Subnet& right) {
  if (!left.network || !right.network || !overlap(*left.network, *right.network)) return;
  const bool right_is_written = static_cast<bool>(right.field);
  const Subnet& written = right_is_written ? right : left;
  const Subnet& other = right_is_written ? left : right;
  if (!written.field) return;  // the defaults lie apart
  complain(loading, written.field.path,
           fmt::format("{} {} overlaps {}: let them lie apart", written.name, format_network(*written.network),
                       described(other)));
}

/// Control planes have addresses from the 11th on, workers from the 51st (the lower ones are the VIP's and spare).
void check_room(Loading& loading, const Subnet& nodes) {
  const auto count = [&](Role role) {
    return static_cast<std::uint64_t>(std::ranges::count(loading.spec.nodes, role, &NodeSpec::role));
  };
  const std::uint64_t control_planes = count(Role::control_plane);
  const std::uint64_t workers = count(Role::worker);
  if (loading.spec.network.node_subnet == "none" || !nodes.network) return;
  if (control_planes > 40) {
    complain(loading, "/spec/controlPlane",
             fmt::format("{} control planes are more than the 40 addresses kept for them: 3 or 5 are enough",
                         control_planes));
  }
  const std::uint64_t needed = (workers > 0 ? 50 + workers : 10 + control_planes) + 2;
  const std::uint64_t there = address_count(range_of(*nodes.network));
  if (needed <= there) return;
  const std::string path = nodes.field ? nodes.field.path : "/spec/workers";
  complain(loading, path,
           fmt::format("{} has {} addresses, and {} nodes need {}: workers begin at the 51st",
                       format_network(*nodes.network), there, control_planes + workers, needed));
}

void load_pool_of_addresses(Loading& loading, const std::vector<Subnet>& subnets) {
  for (const Field& addon : children(member(member(root_field(loading.document), "spec"), "addons"))) {
    const Field pool = member(addon, "pool");
    const auto text = text_of(pool);
    const bool enabled = flag_of(member(addon, "enabled")).value_or(true);
    if (!text || !enabled || text_of(member(addon, "name")) != "metallb") continue;
    const auto range = parse_ipv4_range(*text);
    if (!range) {
      complain(loading, pool.path, range.error());
      continue;
    }
    loading.spec.metallb_pool = *text;
    for (const Subnet& subnet : subnets) {
      if (!subnet.network || !overlap(range_of(*subnet.network), *range)) continue;
      complain(
          loading, pool.path,
          fmt::format("pool {} overlaps {}: take addresses of the switch's DHCP subnet", *text, described(subnet)));
    }
  }
}

/// Only node addresses outlive a new lease from DHCP, and etcd's members know one another by their addresses.
void warn_of_addresses_that_move(Loading& loading, const Field& network) {
  const auto control_planes = std::ranges::count(loading.spec.nodes, Role::control_plane, &NodeSpec::role);
  if (loading.spec.network.node_subnet == "none" && control_planes > 1) {
    warn(loading, member(network, "nodeSubnet").path,
         fmt::format("without node addresses, etcd loses its quorum when the addresses of all {} control planes move "
                     "at once, as after a restart of the host: leave nodeSubnet out",
                     control_planes));
  }
}

}  // namespace

void load_network(Loading& loading, const Field& spec) {
  const Field network = member(spec, "network");
  NetworkSpec& wanted = loading.spec.network;
  const std::vector<Subnet> subnets{
      read_subnet(loading, network, "nodeSubnet", default_nodes, wanted.node_subnet),
      read_subnet(loading, network, "podSubnet", default_pods, wanted.pod_subnet),
      read_subnet(loading, network, "serviceSubnet", default_services, wanted.service_subnet),
  };
  check_overlap(loading, subnets[0], subnets[1]);
  check_overlap(loading, subnets[0], subnets[2]);
  check_overlap(loading, subnets[1], subnets[2]);
  check_room(loading, subnets[0]);
  load_pool_of_addresses(loading, subnets);
  warn_of_addresses_that_move(loading, network);
}

}  // namespace tbx
