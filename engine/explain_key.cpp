// A key of the file: its value, what it means, what follows from it now, and what a change of it costs.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/explain.h"
#include "engine/explain_parts.h"
#include "engine/key_meanings.h"
#include "engine/look.h"
#include "engine/ownership.h"
#include "engine/plan_outline.h"
#include "engine/render_text.h"

namespace tbx {
namespace {

/// A key with what it is about: a pool's nodes, an addon, a host name, or the whole cluster.
class Key {
 public:
  Key(const SpecPlace& place, const ClusterSpec& wanted) : wanted_(wanted) {
    const bool is_below_spec = !place.names.empty() && place.names.front() == "spec";
    names_.assign(place.names.begin() + (is_below_spec ? 1 : 0), place.names.end());
    meaning = meaning_of(names_);
  }

  const KeyMeaning* meaning;

  bool is_about_pool() const { return is_at("controlPlane", 1) || is_at("workers", 2); }
  bool is_about_addon() const { return is_at("addons", 2); }
  bool is_about_route() const { return is_at("routes", 2); }
  bool is_whole_thing() const { return names_.size() == 2; }
  const std::string& thing() const { return names_[1]; }

  /// Whether a field of a release's values is this key, within it, or holds it.
  bool holds_value(std::string_view field) const {
    if (names_.size() <= 3) return true;
    const std::string own = fmt::format("{}", fmt::join(names_.begin() + 2, names_.end(), "."));
    const auto is_within = [](std::string_view inner, std::string_view outer) {
      return inner == outer || (inner.starts_with(outer) && inner[outer.size()] == '.');
    };
    return is_within(field, own) || is_within(own, field);
  }

  std::vector<std::string> nodes() const {
    std::vector<std::string> names;
    for (const NodeSpec& node : wanted_.nodes) {
      if (node.pool == pool()) names.push_back(node.name);
    }
    return names;
  }

  /// By the name that tbx gives, also of a node that is to go.
  bool is_node_of_pool(const std::string& name) const {
    const std::string beginning = fmt::format("{}-{}-", wanted_.name, is_at("workers", 2) ? thing() : "cp");
    return name.starts_with(beginning) && name.size() > beginning.size() &&
           name.find_first_not_of("0123456789", beginning.size()) == std::string::npos;
  }

  bool is_about(const Op& op) const {
    if (is_about_pool()) return is_node_of_pool(target_of(op));
    if (is_at("workers", 1)) return is_node_of_any_pool(target_of(op));
    if (is_about_addon()) return target_of(op) == thing() || is_namespace_of_addon(op);
    if (const auto* hosts = std::get_if<WriteHosts>(&op); hosts != nullptr && is_about_route()) {
      return std::ranges::binary_search(hosts->hosts, thing());
    }
    return !is_about_route() || target_of(op) == thing();
  }

 private:
  bool is_at(std::string_view first, std::size_t least) const {
    return names_.size() >= least && !names_.empty() && names_.front() == first;
  }
  std::string pool() const { return is_at("workers", 2) ? thing() : "control-plane"; }

  bool is_node_of_any_pool(const std::string& name) const {
    return name.starts_with(wanted_.name + "-") && !is_control_plane_name(wanted_, name);
  }

  bool is_namespace_of_addon(const Op& op) const {
    const AddonSpec* addon = wanted_addon(wanted_, thing());
    return std::holds_alternative<ApplyNamespace>(op) && addon != nullptr && addon->namespace_name == target_of(op);
  }

  const ClusterSpec& wanted_;
  std::vector<std::string> names_;
};

/// Whether one of the fields that an action changes is one of the key's.
bool speaks_of(const Key& key, const std::vector<Change>& changes) {
  const std::vector<std::string_view>& fields = key.meaning->fields;
  const auto is_of_key = [&](const Change& change) {
    const bool is_value = change.field.starts_with("values.");
    return std::ranges::any_of(fields, [&](std::string_view field) { return change.field.starts_with(field); }) &&
           (!is_value || key.holds_value(change.field));
  };
  return fields.empty() || changes.empty() || std::ranges::any_of(changes, is_of_key);
}

/// Nodes that are made or deleted in this plan.
std::set<std::string> nodes_that_come_or_go(const Plan& plan) {
  std::set<std::string> nodes;
  for (const Action& action : plan.actions) {
    const bool is_so = std::holds_alternative<CreateMachine>(action.op) ||
                       std::holds_alternative<DeleteMachine>(action.op) ||
                       std::holds_alternative<DeleteDisk>(action.op);
    if (is_so) nodes.insert(target_of(action.op));
  }
  return nodes;
}

/// A wait follows from what it waits for, not from the key.
std::set<std::string> targets_changed(const Plan& plan, const std::vector<bool>& follows) {
  std::set<std::string> targets;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (follows[id] && !traits_of(plan.actions[id].op).is_wait) targets.insert(target_of(plan.actions[id].op));
  }
  return targets;
}

/// What the key brings about, and the steps around it: they have its reason and are about the same thing.
std::vector<ActionId> followers(const Plan& plan, const Key& key) {
  const bool needs_change = key.meaning->cost == ChangeCost::replaces && key.is_about_pool();
  const std::set<std::string> changing = needs_change ? nodes_that_come_or_go(plan) : std::set<std::string>{};
  std::set<std::pair<std::string, std::string>> causes;
  std::vector<bool> follows(plan.actions.size());
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    const Action& action = plan.actions[id];
    const bool is_op = std::ranges::count(key.meaning->ops, traits_of(action.op).name) > 0;
    if (!is_op || !key.is_about(action.op) || !speaks_of(key, action.changes)) continue;
    if (needs_change && !changing.contains(target_of(action.op))) continue;
    follows[id] = true;
    if (action.impact >= Impact::restart) causes.emplace(target_of(action.op), action.reason);
  }
  const std::set<std::string> changed = targets_changed(plan, follows);
  std::vector<ActionId> ids;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    const Action& action = plan.actions[id];
    if (traits_of(action.op).is_wait && !changed.contains(target_of(action.op))) continue;
    if (follows[id] || causes.contains({target_of(action.op), action.reason})) ids.push_back(id);
  }
  return ids;
}

void list_followers(const Plan& plan, const std::vector<ActionId>& ids, std::vector<ExplainedLine>& lines) {
  for (std::size_t i = 0; i < ids.size() && i < most_listed_actions; ++i) {
    const Action& action = plan.actions[ids[i]];
    const std::string_view label = label_of(action.impact);
    lines.push_back({"", id_of(action) + (label.empty() ? "" : fmt::format(" ({})", label))});
  }
  if (ids.size() > most_listed_actions)
    lines.push_back({"", fmt::format("and {} more", ids.size() - most_listed_actions)});
}

/// What could not be observed of the systems that the key is about.
std::vector<ExplainedLine> unknown_lines(const Plan& plan, const KeyMeaning& meaning) {
  std::set<System> systems;
  for (const OpTraits& traits : all_op_traits()) {
    if (std::ranges::count(meaning.ops, traits.name) > 0) systems.insert(traits.system);
  }
  std::vector<ExplainedLine> lines;
  for (const Unknown& unknown : plan.unknown) {
    const bool matters = systems.contains(unknown.system) || (!systems.empty() && unknown.system == System::hyperv);
    if (matters) lines.push_back({display_name(unknown.system), "not known: " + unknown.reason, Tone::unknown});
  }
  return lines;
}

bool is_refusal_of(const Key& key, const Refused& refused) {
  const std::string_view op = traits_of(refused.op).name;
  const bool is_named = std::ranges::any_of(key.meaning->refusals, [&](const RefusedAs& as) {
    return as.rule == refused.rule && (as.op.empty() || as.op == op);
  });
  const bool is_op = key.meaning->refusals.empty() && std::ranges::count(key.meaning->ops, op) > 0;
  return (is_named || is_op) && key.is_about(refused.op);
}

std::vector<ExplainedLine> what_follows(const Plan& plan, const Key& key) {
  std::vector<ExplainedLine> lines;
  const std::vector<ActionId> ids = followers(plan, key);
  list_followers(plan, ids, lines);
  bool is_refused = false;
  for (const Refused& refused : plan.refused) {
    if (!is_refusal_of(key, refused)) continue;
    lines.push_back({refused.rule, fmt::format("refused: {}. {}", id_of(refused.op), refused.reason), Tone::bad});
    is_refused = true;
  }
  std::vector<ExplainedLine> unknown = unknown_lines(plan, *key.meaning);
  if (ids.empty() && !is_refused) {
    lines.push_back({"", key.meaning->ops.empty() ? "none: nothing is done for it alone"
                         : unknown.empty()        ? "none: what is there is as this key says"
                                                  : "none as far as is known"});
  }
  std::ranges::move(unknown, std::back_inserter(lines));
  return lines;
}

/// Who is meant: the nodes of a pool, the chart behind a name, the service behind a host.
std::vector<ExplainedLine> stands_for(const Key& key, const ClusterSpec& wanted) {
  if (key.is_about_pool()) {
    const std::vector<std::string> nodes = key.nodes();
    return {{"nodes", nodes.empty() ? "none" : node_ranges(nodes, "...")}};
  }
  if (key.is_about_addon() && key.is_whole_thing()) {
    const AddonSpec* addon = wanted_addon(wanted, key.thing());
    if (addon == nullptr) return {{"stands for", "nothing: it is switched off"}};
    const std::string from = addon->repo.empty() ? "" : " of " + addon->repo;
    const std::string version = addon->version.empty() ? "" : " " + addon->version;
    return {{"stands for",
             fmt::format("chart {}{}{}, in namespace {}", addon->chart, version, from, addon->namespace_name)}};
  }
  if (key.is_about_route()) {
    const auto route = std::ranges::find(wanted.routes, key.thing(), &RouteSpec::host);
    if (route == wanted.routes.end()) return {};
    return {{"leads to", fmt::format("{}/{}, port {}", route->service_namespace, route->service, route->port)}};
  }
  return {};
}

using nlohmann::json;

/// "grafana.enabled = true", one line for each value of a mapping.
void list_leaves(const std::string& path, const json& value, std::vector<std::string>& leaves) {
  if (value.is_object() && !value.empty()) {
    for (const auto& [key, below] : value.items()) list_leaves(path.empty() ? key : path + "." + key, below, leaves);
    return;
  }
  const std::string text = shortened(value_text(value.dump()), longest_explained_value, {.ascii = true});
  leaves.push_back(path.empty() ? text : fmt::format("{} = {}", path, text));
}

std::vector<ExplainedLine> value_lines(const SpecValue& value) {
  if (value.value.empty()) return {{"value", "(none)"}};
  std::vector<std::string> leaves;
  list_leaves("", json::parse(value.value), leaves);
  std::vector<ExplainedLine> lines;
  for (std::size_t i = 0; i < leaves.size() && i < most_listed_actions; ++i) lines.push_back({"value", leaves[i]});
  if (leaves.size() > most_listed_actions)
    lines.push_back({"value", fmt::format("and {} more", leaves.size() - most_listed_actions)});
  return lines;
}

}  // namespace

Explanation explain_key(const ExplainInput& input, const SpecPlace& place, const SpecValue& value) {
  const Key key(place, input.wanted);
  Explanation explanation{.title = place.path, .sections = {}};
  std::vector<ExplainedLine> says = value_lines(value);
  says.push_back({"from", value.from});
  std::ranges::move(stands_for(key, input.wanted), std::back_inserter(says));
  explanation.sections.push_back({"What the file says", std::move(says)});
  if (!place.description.empty()) explanation.sections.push_back({"What it means", {{"", place.description}}});
  if (key.meaning == nullptr) return explanation;
  const bool leads_to_nothing = key.meaning->cost == ChangeCost::depends && key.meaning->ops.empty();
  if (!leads_to_nothing) {
    explanation.sections.push_back({"Actions that follow from it, by " + input.seen_in, what_follows(input.plan, key)});
  }
  explanation.sections.push_back(
      {"What a change of it costs", {{std::string(cost_text(key.meaning->cost)), std::string(key.meaning->sentence)}}});
  explanation.complete = unknown_lines(input.plan, *key.meaning).empty();
  return explanation;
}

}  // namespace tbx
