// The difference of two JSON values, leaf by leaf.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace tbx {

/// Both are canonical JSON objects. Fields are dotted paths; lists are compared as a whole. Sorted by field.
std::vector<Change> value_changes(const std::string& from, const std::string& to);

}  // namespace tbx
