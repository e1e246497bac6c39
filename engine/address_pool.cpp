#include "engine/address_pool.h"

#include <algorithm>
#include <vector>

#include "specs/ip.h"

namespace tbx {

namespace {

constexpr std::uint32_t pool_size = 20;

std::vector<Ipv4Address> held_by_machines(const Observed& found) {
  std::vector<Ipv4Address> held;
  auto hold = [&](const std::string& text) {
    if (auto address = parse_ipv4_address(text)) {
      held.push_back(*address);
    }
  };
  hold(found.host.switch_gateway);
  for (const Machine& machine : found.host.machines) {
    hold(machine.dhcp_address);
  }
  return held;
}

bool holds_any(const Ipv4Range& range, const std::vector<Ipv4Address>& addresses) {
  return std::ranges::any_of(addresses, [&](Ipv4Address address) { return contains(range, address); });
}

}  // namespace

std::string choose_address_pool(const Observed& found) {
  auto subnet = parse_ipv4_network(found.host.switch_subnet);
  if (!subnet) {
    return {};
  }
  std::vector<Ipv4Address> held = held_by_machines(found);
  for (const std::string& neighbour : found.host.neighbours) {
    if (auto address = parse_ipv4_address(neighbour)) {
      held.push_back(*address);
    }
  }
  Ipv4Range whole = range_of(*subnet);
  for (std::uint32_t last = whole.last.value - 1; last >= whole.first.value + pool_size; last -= pool_size) {
    Ipv4Range range{Ipv4Address{last - pool_size + 1}, Ipv4Address{last}};
    if (!holds_any(range, held)) {
      return format_range(range);
    }
  }
  return {};
}

bool address_pool_fits(const std::string& range, const Observed& found) {
  auto pool = parse_ipv4_range(range);
  auto subnet = parse_ipv4_network(found.host.switch_subnet);
  if (!pool || !subnet) {
    return false;
  }
  return contains(*subnet, pool->first) && contains(*subnet, pool->last) && !holds_any(*pool, held_by_machines(found));
}

}  // namespace tbx
