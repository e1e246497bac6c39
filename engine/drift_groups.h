// Drift by what it is about, with nodes that differ in the same way together.
#pragma once

#include <string>
#include <vector>

#include "engine/drift.h"

namespace tbx {

/// One thing, and other nodes that differ in the same way.
struct DriftGroup {
  std::string target;
  std::vector<const DriftedField*> fields;
  std::vector<std::string> as_well;  ///< in natural order
};

/// Pre: `fields` outlive the groups.
std::vector<DriftGroup> drift_groups(const std::vector<DriftedField>& fields);

/// "is 4, should be 2", each value cut to `longest_value` columns; the reason where a thing differs as a whole.
std::string difference_text(const DriftedField& field, const TextStyle& style, std::size_t longest_value = 60);

}  // namespace tbx
