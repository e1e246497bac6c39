// Why a value does not fit its schema, in words for a person.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "specs/document.h"

namespace tbx {

/// A validator's answer for one place: the steps that lead to it, and its own words.
struct SchemaViolation {
  std::vector<std::string> steps;
  std::string description;
};

/// The problems at that place and no deeper.
std::vector<Problem> explain_violation(const nlohmann::json& schema, const Document& document,
                                       const SchemaViolation& violation);

}  // namespace tbx
