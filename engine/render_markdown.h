// A plan for a pull request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/markdown_page.h"
#include "engine/plan.h"

namespace tbx {

/// What it comes to in one line, what disturbs, what is refused and what is not known; then every step in <details>,
/// by phase, nodes with the same steps folded. What does not fit into `most_bytes` is left out, and counted.
std::string plan_to_markdown(const Plan& plan, double estimate_seconds = 0, std::size_t most_bytes = longest_markdown);

/// The parts that a plan and a drift share: callouts, each with its lines. Empty when there are none.
std::vector<std::string> markdown_refused(const std::vector<Refused>& refused);
std::vector<std::string> markdown_unknown(const std::vector<Unknown>& unknown);

/// One value of a Change for people, cut where it is long.
std::string markdown_value(std::string_view json);

}  // namespace tbx
