#include "engine/converge.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "engine/back_off.h"
#include "engine/look.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

/// Why the loop ends when it is not converged.
enum class Stop { nothing_startable, same_plan, out_of_rounds, interrupted };

bool can_start_something(const Plan& plan) { return plan.blocked.size() < plan.actions.size(); }

bool only_waits_can_start(const Plan& plan) {
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (!traits_of(plan.actions[id].op).is_wait && !std::ranges::binary_search(plan.blocked, id)) {
      return false;
    }
  }
  return true;
}

/// What is not known hangs on an API that a rule says can't come back: to look again tells nothing new.
bool a_refusal_explains_all(const Plan& plan) {
  bool has_no_api =
      std::ranges::any_of(plan.refused, [](const Refused& each) { return std::holds_alternative<AwaitApi>(each.op); });
  return has_no_api && std::ranges::all_of(plan.unknown, [](const Unknown& each) {
           return each.system == System::kubernetes || each.system == System::helm;
         });
}

bool contains_action(const Plan& plan, const std::string& id) {
  return std::ranges::any_of(plan.actions, [&](const Action& action) { return id_of(action) == id; });
}

class Convergence {
 public:
  explicit Convergence(const ConvergeInput& input)
      : input_(input),
        back_off_(input.options.first_delay_seconds, input.options.max_delay_seconds, input.options.seed),
        started_at_(input.runner.now_seconds()) {}

  ConvergeResult run() {
    first_plan();
    while (true) {
      if (was_interrupted_ || glance_finds_interrupt(input_.runner.now_seconds())) {
        return end(Stop::interrupted);
      }
      if (result_.plan.converged()) {
        return finish(ExitCode::done);
      }
      if (!can_start_something(result_.plan)) {
        if (result_.plan.complete() || a_refusal_explains_all(result_.plan) || !look_again_after_a_pause()) {
          return end(was_interrupted_ ? Stop::interrupted : Stop::nothing_startable);
        }
        continue;
      }
      if (result_.rounds >= input_.max_rounds) {
        return end(Stop::out_of_rounds);
      }
      if (play_round() == Progress::none) {
        return end(Stop::same_plan);
      }
    }
  }

 private:
  enum class Progress { some, none };

  void first_plan() {
    if (input_.first) {
      result_.plan = input_.first->plan;
      result_.found = input_.first->found;
    } else {
      look_and_plan();
    }
  }

  void look_and_plan() {
    const std::string own_cluster_id = result_.found.credentials.cluster_id;
    result_.found = look(input_.providers, input_.spec);
    // Once it removed the secrets, another cluster of the same name would look like the one that is destroyed.
    if (input_.mode == PlanMode::destroy && result_.found.credentials.cluster_id.empty()) {
      result_.found.credentials.cluster_id = own_cluster_id;
    }
    result_.plan = input_.planner(input_.mask(input_.spec), result_.found);
  }

  /// Executes the plan and makes the next one.
  Progress play_round() {
    Plan plan = result_.plan;
    blind_looks_ = 0;
    tell(RoundStarted{++result_.rounds, &plan}, plan);
    Observed known = result_.found;
    Recheck recheck = [&](const Action& action) { return second_look(action, known); };
    ExecuteOptions options = input_.options;
    options.seed += static_cast<std::uint64_t>(result_.rounds);
    Report report = execute(plan, input_.runner, recheck, input_.events, options);
    tell(RoundFinished{result_.rounds}, plan);
    take_over(report, plan);
    result_.lower_bound_seconds += makespan_lower_bound(plan, report.seconds, options.parallel);
    if (report.interrupts > 0) {
      was_interrupted_ = true;
      return Progress::some;
    }
    look_and_plan();
    if (!same_actions(plan, result_.plan)) {
      idle_rounds_ = 0;
      return Progress::some;
    }
    bool may_look_again = std::ranges::any_of(result_.errors, [](const NamedError& error) {
      return !error.was_started || error.error.kind == ErrorKind::outcome_unknown;
    });
    return may_look_again && ++idle_rounds_ < input_.max_idle_rounds ? Progress::some : Progress::none;
  }

  /// What was seen stays in `known`: a later look at less must not forget it.
  SecondLook second_look(const Action& action, Observed& known) {
    look_again(action.op, input_.mode, input_.providers, input_.spec, known);
    SecondLook seen;
    seen.unknown = why_unknown(action.op, input_.mode, input_.spec, known);
    seen.refusal = refuse(action.op, input_.spec, known, input_.mode);
    seen.found = known;
    return seen;
  }

  void take_over(const Report& report, const Plan& plan) {
    result_.retries += report.retries;
    result_.errors.clear();
    refused_on_second_look_.clear();
    for (const ActionError& error : report.errors) {
      result_.errors.push_back({id_of(plan.actions[error.action]), error.error, error.was_started});
    }
    for (const ActionRefusal& each : report.refusals) {
      refused_on_second_look_.push_back({plan.actions[each.action].op, each.refusal.rule, each.refusal.reason});
    }
  }

  /// What is unknown now may be known in a moment: something reboots, or an answer was lost. False: enough of it.
  bool look_again_after_a_pause() {
    if (++blind_looks_ >= input_.max_blind_looks) {
      return false;
    }
    if (glance_finds_interrupt(input_.runner.now_seconds() + back_off_.delay_seconds(blind_looks_))) {
      return false;
    }
    look_and_plan();
    return true;
  }

  /// Waits until that time with nothing running.
  bool glance_finds_interrupt(double until_seconds) {
    while (true) {
      RunnerEvent event = input_.runner.wait(until_seconds);
      if (const auto* interrupted = std::get_if<Interrupted>(&event)) {
        tell(StopRequested{interrupted->times}, result_.plan);
        was_interrupted_ = true;
        return true;
      }
      if (std::holds_alternative<TimePassed>(event)) {
        return false;
      }
    }
  }

  void tell(const Event& event, const Plan& plan) { input_.events.on(event, plan, input_.runner.now_seconds()); }

  /// What was never started has not failed; an outcome that was unknown, and is no longer in the plan, was a success.
  bool has_failed(const NamedError& error) const {
    if (!error.was_started) {
      return false;
    }
    return error.error.kind != ErrorKind::outcome_unknown || contains_action(result_.plan, error.id);
  }

  ConvergeResult end(Stop stop) {
    using enum ExitCode;
    result_.refused = result_.plan.refused;
    std::ranges::copy(refused_on_second_look_, std::back_inserter(result_.refused));
    bool any_failed = std::ranges::any_of(result_.errors, [&](const NamedError& each) { return has_failed(each); });
    bool was_blind = std::ranges::any_of(result_.errors, [](const NamedError& each) { return !each.was_started; });
    // Waits that end and change nothing, while something stays unknown: that is what could not be observed.
    bool only_waits =
        std::ranges::all_of(result_.plan.actions, [](const Action& each) { return traits_of(each.op).is_wait; });
    bool waits_blindly = only_waits && !result_.plan.complete();
    // What a rule keeps from going on: the waits before it are made anew each time, and change nothing.
    bool waits_in_vain = !result_.plan.refused.empty() && only_waits_can_start(result_.plan);
    bool is_explained = any_failed || was_blind || waits_blindly || waits_in_vain || !refused_on_second_look_.empty();
    bool will_not_settle = stop == Stop::out_of_rounds || (stop == Stop::same_plan && !is_explained);
    if (will_not_settle) {
      result_.unsettled = what_is_left(result_.plan);
    }
    return finish(strongest({stop == Stop::interrupted ? interrupted : done, any_failed ? failed : done,
                             result_.refused.empty() ? done : refused, will_not_settle ? not_converged : done,
                             result_.plan.complete() && !was_blind ? done : unobservable}));
  }

  ConvergeResult finish(ExitCode exit_code) {
    if (exit_code == ExitCode::done) {
      result_.errors.clear();
    }
    result_.exit_code = exit_code;
    result_.seconds = input_.runner.now_seconds() - started_at_;
    return std::move(result_);
  }

  const ConvergeInput& input_;
  BackOff back_off_;
  double started_at_;
  ConvergeResult result_;
  std::vector<Refused> refused_on_second_look_;
  bool was_interrupted_ = false;
  int idle_rounds_ = 0;
  int blind_looks_ = 0;
};

}  // namespace

bool same_actions(const Plan& left, const Plan& right) {
  auto same = [](const Action& a, const Action& b) { return a.op == b.op && a.changes == b.changes; };
  return std::ranges::equal(left.actions, right.actions, same) && left.blocked == right.blocked;
}

std::vector<std::string> what_is_left(const Plan& plan) {
  std::vector<std::string> lines;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (std::ranges::binary_search(plan.blocked, id)) {
      continue;
    }
    const Action& action = plan.actions[id];
    for (const Change& change : action.changes) {
      lines.push_back(fmt::format("{}: {} is {}, wanted {}", id_of(action), change.field, change.from, change.to));
    }
    if (action.changes.empty()) {
      lines.push_back(fmt::format("{}: {}", id_of(action), action.reason));
    }
  }
  return lines;
}

ConvergeResult converge(const ConvergeInput& input) { return Convergence(input).run(); }

}  // namespace tbx
