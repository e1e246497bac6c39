#include "engine/drift.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/drift_groups.h"
#include "engine/json_writer.h"
#include "engine/plan_outline.h"
#include "engine/render_json.h"
#include "engine/render_totals.h"

namespace tbx {
namespace {

using Fields = std::vector<DriftedField>;

class FieldCollector {
 public:
  void add(const Action& action) {
    if (traits_of(action.op).is_wait) return;
    Fields& fields = fields_of(target_of(action.op));
    const std::string id = id_of(action);
    for (const Change& change : action.changes) {
      const auto same =
          std::find_if(fields.begin(), fields.end(), [&](const auto& each) { return each.field == change.field; });
      if (same == fields.end()) {
        fields.push_back({target_of(action.op), change.field, change.from, change.to, id, action.reason});
      } else {  // in two steps: what it is now, and what it is to be in the end
        same->to = change.to;
        same->action = id;
      }
    }
    if (action.changes.empty()) fields.push_back({target_of(action.op), "", "null", "null", id, action.reason});
  }

  Fields take() {
    Fields all;
    for (Fields& fields : by_target_) {
      const bool has_fields =
          std::any_of(fields.begin(), fields.end(), [](const auto& each) { return !each.field.empty(); });
      if (has_fields) std::erase_if(fields, [](const DriftedField& each) { return each.field.empty(); });
      std::move(fields.begin(), fields.end(), std::back_inserter(all));
    }
    return all;
  }

 private:
  Fields& fields_of(const std::string& target) {
    const auto [found, is_new] = index_.try_emplace(target, by_target_.size());
    if (is_new) by_target_.emplace_back();
    return by_target_[found->second];
  }

  std::unordered_map<std::string, std::size_t> index_;
  std::vector<Fields> by_target_;
};

std::size_t widest(const std::vector<DriftGroup>& groups, std::size_t most, bool of_fields) {
  std::size_t width = 0;
  for (const DriftGroup& group : groups) {
    if (!of_fields) width = std::max(width, display_width(printable(group.target)));
    for (const DriftedField* field : group.fields) {
      if (of_fields) width = std::max(width, display_width(printable(field->field)));
    }
  }
  return std::min(width, most);
}

void append_fields(std::string& out, const Drift& drift, const TextStyle& style) {
  const std::vector<DriftGroup> groups = drift_groups(drift.fields);
  const auto width = static_cast<std::size_t>(std::max(style.width, 40));
  const std::size_t target_width = widest(groups, width / 3, false);
  const std::size_t field_width = widest(groups, width / 4, true);
  for (const DriftGroup& group : groups) {
    std::string target = printable(group.target);
    for (const DriftedField* field : group.fields) {
      const std::string name = printable(field->field);
      std::string first = fmt::format("  {}  {}  ", padded(target, target_width), padded(name, field_width));
      if (display_width(name) > field_width) {
        out += fmt::format("  {}  {}\n", padded(target, target_width), name);
        first.assign(target_width + 8, ' ');
      }
      append_wrapped(out, first, difference_text(*field, style), style);
      target.clear();
    }
    if (group.as_well.empty()) continue;
    append_wrapped(out, "  ", printable(node_ranges(group.as_well, ellipsis(style))) + ": the same", style);
  }
}

}  // namespace

Drift drift_of(const Plan& plan) {
  FieldCollector collector;
  for (const Action& action : plan.actions) collector.add(action);
  return {plan.cluster, collector.take(), plan.refused, plan.unknown};
}

std::string drift_to_text(const Drift& drift, const TextStyle& style) {
  std::string out = painted(Ink::bold, printable(drift.cluster), style);
  if (drift.fields.empty()) {
    out += drift.complete() && drift.refused.empty() ? " is as its file says.\n"
                                                     : ": nothing else differs from the file\n";
  } else {
    out += fmt::format(": {} from the file\n\n", counted(drift.fields.size(), "field differs", "fields differ"));
    append_fields(out, drift, style);
  }
  Plan rest;
  rest.refused = drift.refused;
  rest.unknown = drift.unknown;
  append_refused_text(out, rest, style);
  append_unknown_text(out, rest, style);
  return out;
}

std::string drift_to_json(const Drift& drift) {
  std::string out = "{\"format_version\": 1, \"cluster\": ";
  append_json_string(out, drift.cluster);
  out += ", \"drifted\": ";
  append_json(out, drift.drifted());
  out += ", \"complete\": ";
  append_json(out, drift.complete());
  out += ",\n \"fields\": [";
  for (const DriftedField& field : drift.fields) {
    out += &field == drift.fields.data() ? "\n  {" : ",\n  {";
    out += "\"target\": ";
    append_json_string(out, field.target);
    out += ", \"field\": ";
    append_json_string(out, field.field);
    out += ", \"from\": ";
    append_json_raw(out, field.from);
    out += ", \"to\": ";
    append_json_raw(out, field.to);
    out += ", \"action\": ";
    append_json_string(out, field.action);
    out += ", \"reason\": ";
    append_json_string(out, field.reason);
    out += '}';
  }
  out += drift.fields.empty() ? "]" : "\n ]";
  Plan rest;
  rest.refused = drift.refused;
  rest.unknown = drift.unknown;
  out += ",\n \"refused\": ";
  append_refused(out, rest);
  out += ",\n \"unknown\": ";
  append_unknown(out, rest);
  out += "}\n";
  return out;
}

}  // namespace tbx
