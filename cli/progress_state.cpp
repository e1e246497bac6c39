// Follows the events of a round.
#include "cli/progress_state.h"

#include <algorithm>

namespace tbx {
namespace {

void settle(ProgressState& state, ActionId action, Settled how) {
  state.running.erase(action);
  state.settled.at(action) = how;
}

struct Follower {
  ProgressState& state;
  const Plan& plan;
  double at_seconds;

  void operator()(const RoundStarted& event) const {
    state.round = event.round;
    state.descriptions.clear();
    for (const Action& action : plan.actions) state.descriptions.push_back(describe(action.op));
    state.settled.assign(plan.actions.size(), Settled::no);
    state.running.clear();
    state.is_looking = false;
  }
  void operator()(const ActionStarted& event) const {
    // A repeated attempt goes on within the time of the first.
    RunningAction& running = state.running[event.action];
    if (event.attempt <= 1) running.since_seconds = at_seconds;
    running.deadline_seconds = event.deadline_seconds;
    running.attempt = event.attempt;
    running.waiting_for.clear();
  }
  void operator()(const ActionWaiting& event) const { state.running[event.action].waiting_for = event.what; }
  void operator()(const ActionSucceeded& event) const { settle(state, event.action, Settled::done); }
  void operator()(const ActionRetried& event) const {
    state.running[event.action].waiting_for = "another attempt, after: " + event.error.message;
  }
  void operator()(const ActionFailed& event) const { settle(state, event.action, Settled::failed); }
  void operator()(const ActionRefused& event) const { settle(state, event.action, Settled::refused); }
  void operator()(const ActionSkipped& event) const { settle(state, event.action, Settled::skipped); }
  void operator()(const RoundFinished&) const {
    state.running.clear();
    state.is_looking = true;
  }
  void operator()(const StopRequested& event) const { state.interrupts = event.times; }
};

}  // namespace

std::size_t ProgressState::count(Settled what) const {
  return static_cast<std::size_t>(std::count(settled.begin(), settled.end(), what));
}

std::size_t ProgressState::left() const {
  const std::size_t open = count(Settled::no);
  return open - std::min(open, running.size());
}

void follow(ProgressState& state, const Event& event, const Plan& plan, double at_seconds) {
  std::visit(Follower{state, plan, at_seconds}, event);
  state.at_seconds = at_seconds;
}

}  // namespace tbx
