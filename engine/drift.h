// How reality differs from the file, field by field; what a plan would do about it is only named.
#pragma once

#include <string>
#include <vector>

#include "engine/markdown_page.h"
#include "engine/plan.h"
#include "engine/text_layout.h"

namespace tbx {

struct DriftedField {
  std::string target;
  std::string field;   ///< empty: the thing as a whole, then `reason` says what is wrong with it
  std::string from;    ///< JSON text: as it is
  std::string to;      ///< JSON text: as it should be
  std::string action;  ///< ID of the action that mends it
  std::string reason;  ///< the fact, for people
  bool operator==(const DriftedField&) const = default;
};

struct Drift {
  std::string cluster;
  std::vector<DriftedField> fields;  ///< by target, targets in the plan's order
  std::vector<Refused> refused;
  std::vector<Unknown> unknown;
  bool operator==(const Drift&) const = default;

  /// What a rule forbids to mend differs too.
  bool drifted() const { return !fields.empty() || !refused.empty(); }
  bool complete() const { return unknown.empty(); }
};

/// Waits, and steps without a field of their own (a drain), are no drift where another action of their target has
/// fields: they only follow from it.
Drift drift_of(const Plan& plan);

/// Nodes that differ in the same way share their lines.
std::string drift_to_text(const Drift& drift, const TextStyle& style);

/// `{"format_version": 1, "cluster", "drifted", "complete", "fields": [{target, field, from, to, action, reason}],
/// "refused", "unknown"}`; the last two as in a plan. Its schema: schemas/drift.schema.json.
std::string drift_to_json(const Drift& drift);

/// For a comment or an issue that a scheduled job opens: a table of fields for each target.
std::string drift_to_markdown(const Drift& drift, std::size_t most_bytes = longest_markdown);

/// For a CI server: one test suite, the cluster. A test case for each field that differs (a failure), each thing that
/// a rule forbids to mend (a failure of that rule's name) and each system that is not known (an error); and one for
/// each node, addon and route of `wanted` that is as it should be, skipped while something is not known.
std::string drift_to_junit(const Drift& drift, const ClusterSpec& wanted);

}  // namespace tbx
