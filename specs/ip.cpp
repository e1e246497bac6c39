#include "specs/ip.h"

#include <fmt/format.h>

#include <charconv>

namespace tbx {
namespace {

std::uint32_t mask_of(int prefix_length) { return prefix_length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix_length); }

/// A number of decimal digits only, without the leading zeros that some tools read as octal.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t largest) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > largest) return std::nullopt;
  return number;
}

std::string no_network(std::string_view text) {
  return fmt::format("\"{}\" is no IPv4 network: write it like 10.77.3.0/24", text);
}

}  // namespace

std::optional<Ipv4Address> parse_ipv4_address(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = parse_number(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    value = value << 8 | *number;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return Ipv4Address{value};
}

tl::expected<Ipv4Network, std::string> parse_ipv4_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return tl::unexpected(no_network(text));
  const auto address = parse_ipv4_address(text.substr(0, slash));
  const auto length = parse_number(text.substr(slash + 1), 32);
  if (!address || !length) return tl::unexpected(no_network(text));
  const Ipv4Network network = network_of(*address, static_cast<int>(*length));
  if (network.first != *address) {
    return tl::unexpected(
        fmt::format("\"{}\" is an address inside the network {}: write the network", text, format_network(network)));
  }
  return network;
}

tl::expected<Ipv4Range, std::string> parse_ipv4_range(std::string_view text) {
  if (text.find('/') != std::string_view::npos) return parse_ipv4_network(text).map(range_of);
  const std::size_t dash = text.find('-');
  const auto first = parse_ipv4_address(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_ipv4_address(text.substr(dash + 1));
  if (!first || !last) {
    return tl::unexpected(
        fmt::format("\"{}\" is no range of IPv4 addresses: write it like 172.20.0.200-172.20.0.220", text));
  }
  if (*last < *first) return tl::unexpected(fmt::format("\"{}\" ends before it begins: swap the two addresses", text));
  return Ipv4Range{*first, *last};
}

std::string format_address(Ipv4Address address) {
  const std::uint32_t v = address.value;
  return fmt::format("{}.{}.{}.{}", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

std::string format_network(const Ipv4Network& network) {
  return fmt::format("{}/{}", format_address(network.first), network.prefix_length);
}

std::string format_range(const Ipv4Range& range) {
  return fmt::format("{}-{}", format_address(range.first), format_address(range.last));
}

Ipv4Network network_of(Ipv4Address address, int prefix_length) {
  return {Ipv4Address{address.value & mask_of(prefix_length)}, prefix_length};
}

Ipv4Range range_of(const Ipv4Network& network) {
  return {network.first, Ipv4Address{network.first.value | ~mask_of(network.prefix_length)}};
}

std::uint64_t address_count(const Ipv4Range& range) { return std::uint64_t{range.last.value} - range.first.value + 1; }

bool contains(const Ipv4Range& range, Ipv4Address address) { return range.first <= address && address <= range.last; }

bool contains(const Ipv4Network& network, Ipv4Address address) { return contains(range_of(network), address); }

bool overlap(const Ipv4Range& left, const Ipv4Range& right) {
  return left.first <= right.last && right.first <= left.last;
}

bool overlap(const Ipv4Network& left, const Ipv4Network& right) { return overlap(range_of(left), range_of(right)); }

std::optional<Ipv4Address> nth_address(const Ipv4Network& network, std::uint32_t offset) {
  const Ipv4Range range = range_of(network);
  if (offset >= address_count(range)) return std::nullopt;
  return Ipv4Address{range.first.value + offset};
}

}  // namespace tbx
