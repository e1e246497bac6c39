// How reality differs from the file, field by field; what a plan would do about it is only named.
#pragma once

#include <string>
#include <vector>

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

/// `{"format_version": 1, "cluster", "drifted", "complete", "fields": [{target, field, from, to, action}], "refused",
/// "unknown"}`; the last two as in a plan.
std::string drift_to_json(const Drift& drift);

}  // namespace tbx
