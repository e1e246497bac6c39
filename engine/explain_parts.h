// The sections of an explanation; see explain.h.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/explain.h"

namespace tbx {

/// Columns of one value, and how many actions are listed by name.
inline constexpr std::size_t longest_explained_value = 200;
inline constexpr std::size_t most_listed_actions = 10;

/// What it does, in the order in which it happens. One list for each kind of op.
std::vector<std::string> steps_of(const Op& op);

/// What can't be taken back once it is done, and what is left to go back to; empty: it can be, or nothing is lost.
std::string no_way_back(const Op& op, const ClusterSpec& wanted);

/// "DATA LOSS: what lay there is gone for good"
std::string impact_text(Impact impact);

/// The facts of the systems that the op's rules and effect depend on, each with where it comes from.
std::vector<ExplainedLine> facts_of(const Op& op, const ClusterSpec& wanted, const Observed& found);

/// Whom it waits for, who waits for it, and the longest chain through it.
std::vector<ExplainedLine> waits_of(const Plan& plan, ActionId id);

/// Deadline and retries.
std::vector<ExplainedLine> attempts_at(const Op& op, const ClusterSpec& wanted, const Observed& found);

/// What comes of it when it fails for good. Everything that waits for it is skipped.
std::vector<ExplainedLine> failure_of(const Plan& plan, ActionId id, const ClusterSpec& wanted);

/// All actions that wait for it, directly or not, in plan order.
std::vector<ActionId> all_dependants(const Plan& plan, ActionId id);

}  // namespace tbx
