// IPv4 addresses, networks and ranges, as far as a cluster on one switch needs them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tbx {

struct Ipv4Address {
  std::uint32_t value = 0;  ///< in host order, so that addresses sort and count as people do
  auto operator<=>(const Ipv4Address&) const = default;
};

/// `10.77.3.0/24`; the bits behind the prefix are zero.
struct Ipv4Network {
  Ipv4Address first;
  int prefix_length = 32;
  bool operator==(const Ipv4Network&) const = default;
};

/// Both ends belong to it; first <= last.
struct Ipv4Range {
  Ipv4Address first;
  Ipv4Address last;
  bool operator==(const Ipv4Range&) const = default;
};

std::optional<Ipv4Address> parse_ipv4_address(std::string_view text);

/// The error says what is wrong and what to write instead; it begins with the text in quotes.
tl::expected<Ipv4Network, std::string> parse_ipv4_network(std::string_view text);

/// `a.b.c.d-a.b.c.e`, a network, or a single address.
tl::expected<Ipv4Range, std::string> parse_ipv4_range(std::string_view text);

std::string format_address(Ipv4Address address);
std::string format_network(const Ipv4Network& network);
std::string format_range(const Ipv4Range& range);

/// The network of this size that holds the address.
Ipv4Network network_of(Ipv4Address address, int prefix_length);

/// All addresses of the network, its own and the broadcast address too.
Ipv4Range range_of(const Ipv4Network& network);

std::uint64_t address_count(const Ipv4Range& range);
bool contains(const Ipv4Network& network, Ipv4Address address);
bool contains(const Ipv4Range& range, Ipv4Address address);
bool overlap(const Ipv4Range& left, const Ipv4Range& right);
bool overlap(const Ipv4Network& left, const Ipv4Network& right);

/// The address `offset` places after the network's first; nothing when that lies outside.
std::optional<Ipv4Address> nth_address(const Ipv4Network& network, std::uint32_t offset);

}  // namespace tbx
