// Versions, and which Kubernetes each Talos release takes.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tbx {

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string pre_release;  ///< `rc.1`; empty for a release

  bool operator==(const Version&) const = default;
  /// By SemVer: a pre-release comes before its release.
  std::strong_ordering operator<=>(const Version& other) const;
};

/// With or without the leading v, three numbers, perhaps a pre-release.
std::optional<Version> parse_version(std::string_view text);
std::string format_version(const Version& version);  ///< with the leading v

/// The versions in the form that specs keep; errors name what is taken.
tl::expected<std::string, std::string> parse_talos_version(std::string_view text);
tl::expected<std::string, std::string> parse_kubernetes_version(std::string_view text, std::string_view talos_version);

}  // namespace tbx
