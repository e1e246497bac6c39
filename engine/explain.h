// A plan that explains itself: why one of its actions is there, what it rests on, what it does, what if it fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "engine/plan.h"
#include "engine/plan_trace.h"
#include "engine/text_layout.h"
#include "specs/cluster_spec.h"
#include "specs/spec_value.h"

namespace tbx {

/// What an explanation is made from. Pre: the plan and its trace were made from these two, which are masked.
struct ExplainInput {
  const Plan& plan;
  const PlanTrace& trace;
  const ClusterSpec& wanted;
  const Observed& found;
  std::string seen_in;  ///< where the facts come from: "the simulated world in w.json"
};

enum class Tone { plain, good, bad, unknown };

struct ExplainedLine {
  std::string label;  ///< "Hyper-V", "etcd-quorum", an action's ID; may be empty
  std::string text;
  Tone tone = Tone::plain;
  bool operator==(const ExplainedLine&) const = default;
};

struct ExplainedSection {
  std::string heading;
  std::vector<ExplainedLine> lines;
  bool operator==(const ExplainedSection&) const = default;
};

struct Explanation {
  std::string title;
  std::vector<ExplainedSection> sections;
  bool complete = true;  ///< false: something that it is about could not be observed
  bool operator==(const Explanation&) const = default;
};

/// What is explained: an action, what a rule refused, or both under one ID. Never nothing.
struct PlanItem {
  std::optional<ActionId> action = {};
  std::vector<std::size_t> refused = {};  ///< indices into Plan::refused
  bool operator==(const PlanItem&) const = default;
};

/// By its ID, the beginning of one, its op or its target alone, where that names one thing. The error says what is
/// meant or near.
tl::expected<PlanItem, std::string> find_plan_item(const Plan& plan, std::string_view word);

Explanation explain_item(const ExplainInput& input, const PlanItem& item);

/// A key of the file. `value`: masked.
Explanation explain_key(const ExplainInput& input, const SpecPlace& place, const SpecValue& value);

/// Headings in bold, everything wrapped to the width. Ends with a line break.
std::string explanation_to_text(const Explanation& explanation, const TextStyle& style);

}  // namespace tbx
