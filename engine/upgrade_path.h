// From the releases that run to those that are wanted, one hop at a time: no minor release is skipped, and Talos and
// Kubernetes always fit one another.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "engine/policy.h"

namespace tbx {

struct UpgradeHop {
  enum class What { talos, kubernetes };
  What what = What::talos;
  std::string from;  ///< with the leading v, like `to`
  std::string to;
  bool operator==(const UpgradeHop&) const = default;
};

/// Both with the leading v. An empty Kubernetes is not known, or (wanted) to stay as it is.
struct Releases {
  std::string talos;
  std::string kubernetes;
  bool operator==(const Releases&) const = default;
};

/// In the order in which they are made; empty when nothing changes. Refused as `downgrade` or `version-skew`.
/// Source: Talos docs, "Upgrading Talos" and "Upgrading Kubernetes"; Talos' compatibility table.
tl::expected<std::vector<UpgradeHop>, Refusal> upgrade_path(const Releases& running, const Releases& wanted);

}  // namespace tbx
