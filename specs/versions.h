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

/// Whether this release of Talos runs that Kubernetes. Pre: Talos is one that tbx knows.
bool takes_kubernetes(std::string_view talos_version, std::string_view kubernetes_version);
/// "1.30 to 1.35"; empty for a Talos that tbx does not know.
std::string kubernetes_range_text(std::string_view talos_version);

/// The last patch release of Talos 1.`minor` that is known, to go through on the way to a later one; empty: none is
/// needed. Source: Talos docs, "Upgrading Talos": through the latest patch of each minor release.
std::string latest_talos_patch(int minor);
/// The same for Kubernetes 1.`minor`, whose first release stands in where no later one is known.
std::string latest_kubernetes_patch(int minor);

/// What a new cluster with this Talos runs when the file names no Kubernetes. Pre: Talos is one that tbx knows.
std::string default_kubernetes_version(std::string_view talos_version);

/// Whether two releases of Talos bring etcds that read one another's data.
bool share_etcd_data(std::string_view talos_version, std::string_view other_talos_version);

/// The versions in the form that specs keep; errors name what is taken.
tl::expected<std::string, std::string> parse_talos_version(std::string_view text);
tl::expected<std::string, std::string> parse_kubernetes_version(std::string_view text, std::string_view talos_version);

/// Pre: both are versions.
inline bool is_older(const std::string& left, const std::string& right) {
  return *parse_version(left) < *parse_version(right);
}

}  // namespace tbx
