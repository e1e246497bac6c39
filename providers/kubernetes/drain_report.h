// What `kubectl drain` says of a Node that is not empty yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace tbx {

struct DrainReport {
  std::vector<std::string> ending;     ///< "namespace/pod": told to end, and not gone yet; sorted
  std::vector<std::string> blocked;    ///< kept by a disruption budget; sorted
  std::vector<std::string> unmanaged;  ///< nothing would make them again; sorted
  bool operator==(const DrainReport&) const = default;
};

/// stderr of `kubectl drain`.
DrainReport parse_drain_report(std::string_view stderr_text);

/// `get poddisruptionbudgets -A -o json`: "namespace/name" of those that allow no disruption now, sorted.
Result<std::vector<std::string>> parse_exhausted_budgets(std::string_view text);

/// "shop/web-1 is kept by its disruption budget (shop/web); shop/job-7 is ending": for people. `budgets` as above.
std::string describe(const DrainReport& report, const std::vector<std::string>& budgets);

}  // namespace tbx
