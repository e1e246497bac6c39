#include "engine/schedule.h"

#include <algorithm>

#include "engine/assertion.h"
#include "engine/graph.h"

namespace tbx {
namespace {

std::size_t system_index(std::size_t kind) { return static_cast<std::size_t>(all_op_traits()[kind].system); }

}  // namespace

Schedule::Schedule(const Plan& plan, int parallel)
    : plan_(plan),
      parallel_(static_cast<std::size_t>(std::max(parallel, 0))),
      states_(plan.actions.size(), State::waiting),
      waiting_on_(plan.actions.size(), 0),
      remaining_seconds_(longest_remaining_path(plan.actions.size(), plan.dependencies, estimated_seconds(plan))) {
  connect();
  block();
  for (ActionId action = 0; action < states_.size(); ++action) {
    if (states_[action] == State::waiting && waiting_on_[action] == 0) {
      make_ready(action);
    }
  }
}

void Schedule::connect() {
  first_dependant_.assign(states_.size() + 1, 0);
  for (const Dependency& edge : plan_.dependencies) {
    ++waiting_on_[edge.after];
    ++first_dependant_[edge.before + 1];
  }
  for (std::size_t i = 1; i < first_dependant_.size(); ++i) {
    first_dependant_[i] += first_dependant_[i - 1];
  }
  dependants_.resize(plan_.dependencies.size());
  std::vector<std::size_t> place(first_dependant_.begin(), first_dependant_.end());
  for (const Dependency& edge : plan_.dependencies) {
    dependants_[place[edge.before]++] = edge.after;
  }
}

void Schedule::block() {
  std::vector<ActionId> open = plan_.blocked;
  for (ActionId action : open) {
    states_[action] = State::blocked;
  }
  while (!open.empty()) {
    ActionId action = open.back();
    open.pop_back();
    for (ActionId after : dependants(action)) {
      if (states_[after] != State::blocked) {
        states_[after] = State::blocked;
        open.push_back(after);
      }
    }
  }
}

std::span<const ActionId> Schedule::dependants(ActionId action) const {
  return std::span(dependants_)
      .subspan(first_dependant_[action], first_dependant_[action + 1] - first_dependant_[action]);
}

void Schedule::make_ready(ActionId action) {
  states_[action] = State::ready;
  ready_[kind_of(action)].push({remaining_seconds_[action], action});
}

bool Schedule::has_room(std::size_t kind) const {
  const OpTraits& traits = all_op_traits()[kind];
  return running_of_kind_[kind] < traits.parallel_limit &&
         running_of_system_[system_index(kind)] < parallel_limit(traits.system);
}

std::optional<ActionId> Schedule::next() {
  if (is_stopping_ || (parallel_ != 0 && running_count_ >= parallel_)) {
    return std::nullopt;
  }
  std::optional<std::size_t> best;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (!ready_[kind].empty() && has_room(kind) && (!best || ready_[*best].top() < ready_[kind].top())) {
      best = kind;
    }
  }
  if (!best) {
    return std::nullopt;
  }
  ActionId action = ready_[*best].top().action;
  ready_[*best].pop();
  states_[action] = State::running;
  ++running_of_kind_[*best];
  ++running_of_system_[system_index(*best)];
  ++running_count_;
  return action;
}

void Schedule::leave(ActionId action, State state) {
  if (states_[action] == State::running) {
    --running_of_kind_[kind_of(action)];
    --running_of_system_[system_index(kind_of(action))];
    --running_count_;
  }
  states_[action] = state;
}

void Schedule::pause(ActionId running) {
  TBX_ASSERT(states_[running] == State::running, "only what runs is paused");
  leave(running, State::paused);
}

void Schedule::resume(ActionId paused) {
  TBX_ASSERT(states_[paused] == State::paused, "only what is paused is resumed");
  make_ready(paused);
}

void Schedule::succeed(ActionId running) {
  TBX_ASSERT(states_[running] == State::running, "only what runs succeeds");
  leave(running, State::finished);
  for (ActionId after : dependants(running)) {
    if (--waiting_on_[after] == 0 && states_[after] == State::waiting) {
      make_ready(after);
    }
  }
}

std::vector<Skipped> Schedule::fail(ActionId started) {
  TBX_ASSERT(states_[started] == State::running || states_[started] == State::paused, "only what was started fails");
  leave(started, State::finished);
  std::vector<Skipped> skipped;
  std::vector<ActionId> open{started};
  while (!open.empty()) {
    ActionId action = open.back();
    open.pop_back();
    for (ActionId after : dependants(action)) {
      if (states_[after] == State::waiting) {
        states_[after] = State::skipped;
        skipped.push_back({after, started});
        open.push_back(after);
      }
    }
  }
  std::ranges::sort(skipped, {}, &Skipped::action);
  return skipped;
}

}  // namespace tbx
