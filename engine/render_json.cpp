#include "engine/render_json.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "engine/json_writer.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

/// `"key": ` before the value; the first of an object without the comma.
void key(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ", ";
  ((out += '"') += name) += "\": ";
}

void field(std::string& out, std::string_view name, std::string_view text) {
  key(out, name);
  append_json_string(out, text);
}

void separate(std::string& out, std::string_view separator) {
  if (out.back() != '[') out += separator;
}

void append_id(std::string& out, const Action& action) {
  append_json_string(out, traits_of(action.op).name);
  out.back() = '/';
  const std::size_t joint = out.size();
  append_json_string(out, target_of(action.op));
  out.erase(joint, 1);
  if (action.turn == 1) return;
  out.back() = '#';
  append_json(out, action.turn);
  out += '"';
}

void append_changes(std::string& out, const std::vector<Change>& changes) {
  out += '[';
  for (const Change& change : changes) {
    separate(out, ", ");
    out += '{';
    field(out, "field", change.field);
    key(out, "from");
    append_json_raw(out, change.from);
    key(out, "to");
    append_json_raw(out, change.to);
    out += '}';
  }
  out += ']';
}

using DependencyIterator = std::vector<Dependency>::const_iterator;

class ActionWriter {
 public:
  explicit ActionWriter(const Plan& plan) : plan_(plan), next_(plan.dependencies.begin()) {}

  void append(std::string& out, ActionId id) {
    const Action& action = plan_.actions[id];
    const OpTraits& traits = traits_of(action.op);
    out += '{';
    key(out, "id");
    append_id(out, action);
    field(out, "op", traits.name);
    field(out, "target", target_of(action.op));
    field(out, "system", enum_name(traits.system));
    field(out, "impact", enum_name(action.impact));
    field(out, "reason", action.reason);
    key(out, "after");
    append_after(out, id);
    key(out, "estimate_s");
    append_json(out, traits.estimate_seconds);
    key(out, "changes");
    append_changes(out, action.changes);
    if (std::binary_search(plan_.blocked.begin(), plan_.blocked.end(), id)) (key(out, "blocked"), out += "true");
    out += '}';
  }

 private:
  /// Dependencies are sorted by what waits, and actions come in order: one walk over both.
  void append_after(std::string& out, ActionId id) {
    while (next_ != plan_.dependencies.end() && next_->after < id) ++next_;
    out += '[';
    for (; next_ != plan_.dependencies.end() && next_->after == id; ++next_) {
      separate(out, ", ");
      append_id(out, plan_.actions[next_->before]);
    }
    out += ']';
  }

  const Plan& plan_;
  DependencyIterator next_;
};

void append_actions(std::string& out, const Plan& plan) {
  out += '[';
  ActionWriter writer(plan);
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    separate(out, ",");
    out += "\n  ";
    writer.append(out, id);
  }
  out += plan.actions.empty() ? "]" : "\n ]";
}

/// Of the systems and kinds that the plan has actions of.
void append_limits(std::string& out, const Plan& plan) {
  std::map<System, int> systems;
  std::map<std::string_view, int> kinds;
  for (const Action& action : plan.actions) {
    const OpTraits& traits = traits_of(action.op);
    systems[traits.system] = parallel_limit(traits.system);
    kinds[traits.name] = traits.parallel_limit;
  }
  out += "{\"systems\": {";
  for (const auto& [system, limit] : systems) {
    key(out, enum_name(system));
    append_json(out, limit);
  }
  out += "},\n  \"ops\": {";
  for (const auto& [kind, limit] : kinds) {
    key(out, kind);
    append_json(out, limit);
  }
  out += "}}";
}

}  // namespace

void append_refused(std::string& out, const Plan& plan) {
  out += '[';
  for (const Refused& refused : plan.refused) {
    separate(out, ",");
    out += "\n  {";
    field(out, "op", traits_of(refused.op).name);
    field(out, "target", target_of(refused.op));
    field(out, "rule", refused.rule);
    field(out, "reason", refused.reason);
    out += '}';
  }
  out += plan.refused.empty() ? "]" : "\n ]";
}

void append_unknown(std::string& out, const Plan& plan) {
  out += '[';
  for (const Unknown& unknown : plan.unknown) {
    separate(out, ",");
    out += "\n  {";
    field(out, "system", enum_name(unknown.system));
    field(out, "reason", unknown.reason);
    out += '}';
  }
  out += plan.unknown.empty() ? "]" : "\n ]";
}

std::string plan_to_json(const Plan& plan, const PlanDigests& digests) {
  constexpr std::size_t typical_action = 420;
  std::string out;
  out.reserve(1024 + typical_action * plan.actions.size());
  out += "{\"format_version\": 1";
  field(out, "cluster", plan.cluster);
  key(out, "complete");
  append_json(out, plan.complete());
  field(out, "spec_digest", digests.spec_digest);
  field(out, "observed_digest", digests.observed_digest);
  key(out, "estimate_s");
  append_json(out, simulated_makespan(plan));
  key(out, "lower_bound_s");
  append_json(out, makespan_lower_bound(plan));
  out += ",\n \"actions\": ";
  append_actions(out, plan);
  out += ",\n \"refused\": ";
  append_refused(out, plan);
  out += ",\n \"unknown\": ";
  append_unknown(out, plan);
  out += ",\n \"limits\": ";
  append_limits(out, plan);
  out += "}\n";
  return out;
}

}  // namespace tbx
