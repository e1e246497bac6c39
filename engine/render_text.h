// A plan on a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/text_layout.h"

namespace tbx {

struct RenderOptions {
  TextStyle style;
  bool full = false;                    ///< every node's own steps, nothing folded
  double estimate_seconds = 0;          ///< of the whole plan; 0: not said
  std::vector<ActionId> longest_chain;  ///< first to last; empty: not said
};

/// Grouped by phase and by node; the like folded together. Ends with a line break.
std::string plan_to_text(const Plan& plan, const RenderOptions& options);

/// What it means for the plan that a system could not be observed.
std::string_view meaning_of_unknown(System system);

/// "restart", "DATA LOSS"; empty where nobody notices.
std::string_view label_of(Impact impact);

/// A JSON text for people: without quotes where it is a plain word, "(none)" for null.
std::string value_text(std::string_view json);

}  // namespace tbx
