#include "engine/plan_builder.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "engine/assertion.h"
#include "engine/graph.h"

namespace tbx {

namespace {

struct SameThing {
  std::size_t kind;
  std::string_view target;
  bool operator==(const SameThing&) const = default;
};

struct HashOfThing {
  std::size_t operator()(const SameThing& thing) const {
    return std::hash<std::string_view>{}(thing.target) * 67 + thing.kind;
  }
};

void count_turns(std::vector<Action>& actions) {
  std::unordered_map<SameThing, int, HashOfThing> turns;
  turns.reserve(actions.size());
  for (Action& action : actions) {
    action.turn = ++turns[{action.op.index(), target_of(action.op)}];
  }
}

void renumber(PlanTrace* trace, const std::vector<ActionId>& new_id) {
  if (trace == nullptr) {
    return;
  }
  std::map<ActionId, ForeseenFacts> renumbered;
  for (auto& [old, facts] : trace->actions) {
    renumbered.emplace(new_id[old], std::move(facts));
  }
  trace->actions = std::move(renumbered);
}

std::string text_of(const Cycle& cycle, const Plan& plan) {
  std::vector<std::string> names;
  for (const Action& action : plan.actions) {
    names.push_back(id_of(action.op));
  }
  return to_string(cycle, names);
}

bool foresees_something(const Draft& draft) { return draft.etcd != nullptr || draft.talos != nullptr; }

ForeseenFacts facts_of(const Draft& draft) {
  ForeseenFacts facts;
  if (draft.etcd != nullptr) {
    facts.etcd = *draft.etcd;
  }
  if (draft.talos != nullptr) {
    facts.talos = *draft.talos;
  }
  return facts;
}

}  // namespace

std::string id_of(const Action& action) {
  std::string id = id_of(action.op);
  return action.turn == 1 ? id : id + "#" + std::to_string(action.turn);
}

PlanBuilder::PlanBuilder(const ClusterSpec& wanted, const Observed& found, PlanMode mode, PlanTrace* trace)
    : wanted_(wanted), found_(found), mode_(mode), trace_(trace) {
  plan_.cluster = wanted.name;
}

Step PlanBuilder::add(Draft draft, std::initializer_list<Step> after) {
  // What waits for something refused is not started anyway: one refusal says it, not one for each step of the way.
  bool waits_in_vain = std::ranges::any_of(after, [&](Step before) { return waits_for_refused(before); });
  const bool is_traced = trace_ != nullptr && foresees_something(draft);
  if (auto refusal = waits_in_vain ? std::nullopt : tbx::refuse(draft.op, wanted_, found_, mode_, draft.foreseen())) {
    if (is_traced) {
      trace_->refused.emplace(plan_.refused.size(), facts_of(draft));
    }
    return refuse(std::move(draft.op), std::move(*refusal));
  }
  auto id = static_cast<ActionId>(plan_.actions.size());
  if (is_traced) {
    trace_->actions.emplace(id, facts_of(draft));
  }
  plan_.actions.push_back({std::move(draft.op), std::move(draft.reason), draft.impact, std::move(draft.changes)});
  waits_for_refused_.push_back(false);
  places_.push_back({false, id});
  Step step{static_cast<std::uint32_t>(places_.size() - 1)};
  for (Step before : after) {
    order(before, step);
  }
  return step;
}

std::optional<Refusal> PlanBuilder::why_refused(const Op& op, const EtcdState* etcd) const {
  return tbx::refuse(op, wanted_, found_, mode_, Foreseen{etcd});
}

Step PlanBuilder::refuse(Op op, Refusal refusal) {
  plan_.refused.push_back({std::move(op), std::move(refusal.rule), std::move(refusal.reason)});
  places_.push_back({true, 0});
  return Step{static_cast<std::uint32_t>(places_.size() - 1)};
}

void PlanBuilder::order(Step before, Step after) {
  if (!before.exists() || !after.exists() || places_[after.index].is_refused) {
    return;
  }
  ActionId waiting = places_[after.index].action;
  if (waits_for_refused(before)) {
    waits_for_refused_[waiting] = true;
  }
  if (!places_[before.index].is_refused) {
    edges_.push_back({places_[before.index].action, waiting});
  }
}

bool PlanBuilder::waits_for_refused(Step step) const {
  return step.exists() && (places_[step.index].is_refused || waits_for_refused_[places_[step.index].action]);
}

void PlanBuilder::unknown(System system, std::string reason) {
  Unknown entry{system, std::move(reason)};
  if (std::ranges::find(plan_.unknown, entry) == plan_.unknown.end()) {
    plan_.unknown.push_back(std::move(entry));
  }
}

Plan PlanBuilder::finish() && {
  std::ranges::sort(edges_, {}, [](const Dependency& edge) { return std::pair(edge.after, edge.before); });
  auto repeated = std::ranges::unique(edges_);
  edges_.erase(repeated.begin(), repeated.end());
  auto order = run_order(plan_.actions.size(), edges_);
  if (const auto* cycle = std::get_if<Cycle>(&order)) {
    TBX_ASSERT(cycle == nullptr, ("a plan has no cycle, and this one has: " + text_of(*cycle, plan_)).c_str());
  }

  const auto& ids = std::get<std::vector<ActionId>>(order);
  std::vector<ActionId> new_id(ids.size());
  std::vector<Action> sorted;
  sorted.reserve(ids.size());
  for (ActionId old : ids) {
    new_id[old] = static_cast<ActionId>(sorted.size());
    sorted.push_back(std::move(plan_.actions[old]));
  }
  plan_.actions = std::move(sorted);
  renumber(trace_, new_id);
  count_turns(plan_.actions);
  std::vector<bool> waits(ids.size());
  for (std::size_t old = 0; old < ids.size(); ++old) {
    waits[new_id[old]] = waits_for_refused_[old];
  }
  waits_for_refused_ = std::move(waits);
  plan_.dependencies = std::move(edges_);
  for (Dependency& edge : plan_.dependencies) {
    edge = {new_id[edge.before], new_id[edge.after]};
  }
  std::ranges::sort(plan_.dependencies, {}, [](const Dependency& edge) { return std::pair(edge.after, edge.before); });
  mark_blocked();
  return std::move(plan_);
}

/// Actions stand in order and dependencies are sorted by the waiting one, so one pass carries it all the way down.
void PlanBuilder::mark_blocked() {
  for (const Dependency& edge : plan_.dependencies) {
    if (waits_for_refused_[edge.before]) {
      waits_for_refused_[edge.after] = true;
    }
  }
  for (ActionId id = 0; id < waits_for_refused_.size(); ++id) {
    if (waits_for_refused_[id]) {
      plan_.blocked.push_back(id);
    }
  }
}

}  // namespace tbx
