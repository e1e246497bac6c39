// Which steps of a plan belong to which release on the way of an upgrade.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan.h"
#include "engine/plan_outline.h"

namespace tbx {

/// The releases that a plan goes through, in their order, and what is done for each.
struct UpgradeSections {
  std::vector<std::string> titles;  ///< "Upgrade 1 of 2: Talos v1.12.11", "Upgrade to Talos v1.12.5"
  std::vector<std::optional<std::size_t>>
      of_step;  ///< by action: index into titles; empty: it is no part of an upgrade
};

UpgradeSections upgrade_sections_of(const Plan& plan);

/// Whether both do the same on the same nodes in the same order, apart from the releases.
bool repeats(const Plan& plan, const std::vector<StepGroup>& before, const std::vector<StepGroup>& groups);

}  // namespace tbx
