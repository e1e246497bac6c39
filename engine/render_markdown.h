// A plan for a pull request.
#pragma once

#include <string>

#include "engine/plan.h"

namespace tbx {

/// The longest comment that GitHub takes has 65,536 characters.
inline constexpr std::size_t longest_markdown = 65'000;

/// What disturbs, what is refused and what is not known stand first, every step in <details>. What does not fit into
/// `most_bytes` is left out, and counted.
std::string plan_to_markdown(const Plan& plan, double estimate_seconds = 0, std::size_t most_bytes = longest_markdown);

}  // namespace tbx
