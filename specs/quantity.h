// Sizes and durations as Kubernetes and people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tbx {

inline constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
inline constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

struct Quantity {
  std::int64_t bytes = 0;
  bool decimal_unit = false;  ///< written in k, M, G, T (with or without B): hardly ever a whole number of MiB
  bool operator==(const Quantity&) const = default;
};

/// `4Gi`, `4096Mi`, `1.5Gi`, `4GB`, `4G`, or plain bytes. Every error of this file begins with the text in quotes.
tl::expected<Quantity, std::string> parse_quantity(std::string_view text);

/// Memory in MiB, even, as Hyper-V wants it. A decimal unit is rounded up to that, anything else has to fit.
tl::expected<std::int64_t, std::string> parse_memory_mib(std::string_view text);

/// A disk in GiB. A decimal unit is rounded up, anything else has to be whole.
tl::expected<std::int64_t, std::string> parse_disk_gib(std::string_view text);

/// `90s`, `10m`, `1h30m`: whole seconds, more than none and at most a day.
tl::expected<int, std::string> parse_duration_seconds(std::string_view text);

}  // namespace tbx
