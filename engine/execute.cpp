#include "engine/execute.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "engine/back_off.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

struct Attempts {
  int count = 0;
  double first_started_at = 0;
  double last_started_at = 0;
};

class Execution {
 public:
  Execution(const Plan& plan, Runner& runner, const Recheck& recheck, Events& events, const ExecuteOptions& options)
      : plan_(plan),
        runner_(runner),
        recheck_(recheck),
        events_(events),
        options_(options),
        schedule_(plan, options.parallel),
        back_off_(options.first_delay_seconds, options.max_delay_seconds, options.seed),
        attempts_(plan.actions.size()) {
    report_.outcomes.assign(plan.actions.size(), Outcome::not_started);
    report_.seconds.assign(plan.actions.size(), 0);
  }

  Report run() {
    while (true) {
      resume_due();
      bool has_started = start_next();
      if (!has_started && schedule_.running_count() == 0 && retries_.empty()) {
        return std::move(report_);
      }
      // Between two starts only a glance, so that completions and Ctrl-C do not wait for all second looks.
      double until = has_started ? runner_.now_seconds() : next_retry_at();
      RunnerEvent event = runner_.wait(until);
      std::visit([this](auto& each) { handle(each); }, event);
    }
  }

 private:
  void tell(const Event& event) { events_.on(event, plan_, runner_.now_seconds()); }

  double next_retry_at() const {
    return retries_.empty() ? std::numeric_limits<double>::infinity() : retries_.begin()->first;
  }

  void resume_due() {
    while (!retries_.empty() && retries_.begin()->first <= runner_.now_seconds()) {
      schedule_.resume(retries_.begin()->second);
      retries_.erase(retries_.begin());
    }
  }

  /// False: nothing may start now.
  bool start_next() {
    std::optional<ActionId> id = schedule_.next();
    if (!id) {
      return false;
    }
    Attempts& attempts = attempts_[*id];
    attempts.last_started_at = runner_.now_seconds();
    if (++attempts.count == 1) {
      attempts.first_started_at = attempts.last_started_at;
    }
    SecondLook look = recheck_(plan_.actions[*id]);
    if (!look.unknown.empty()) {
      retry_or_fail({*id, {ErrorKind::unreachable, std::move(look.unknown), {}}, false});
    } else if (look.refusal) {
      refuse(*id, std::move(*look.refusal));
    } else {
      start(*id, std::move(look.found));
    }
    return true;
  }

  void start(ActionId id, Observed found) {
    const Op& op = plan_.actions[id].op;
    double deadline = attempts_[id].count == 1 ? deadline_of(op, options_) : remaining_seconds(id);
    tell(ActionStarted{id, attempts_[id].count, deadline});
    runner_.start({id, op, std::move(found), deadline});
  }

  double remaining_seconds(ActionId id) const {
    double passed = runner_.now_seconds() - attempts_[id].first_started_at;
    return deadline_of(plan_.actions[id].op, options_) - passed;
  }

  void handle(Completion& completion) {
    ActionId id = completion.action;
    report_.seconds[id] += runner_.now_seconds() - attempts_[id].last_started_at;
    if (!completion.status) {
      on_error(id, std::move(completion.status.error()));
      return;
    }
    report_.outcomes[id] = Outcome::succeeded;
    tell(ActionSucceeded{id, runner_.now_seconds() - attempts_[id].first_started_at});
    schedule_.succeed(id);
  }

  void handle(const WaitingFor& waiting) { tell(ActionWaiting{waiting.action, waiting.what}); }

  void handle(const TimePassed&) {}

  void handle(const Interrupted& interrupted) {
    bool is_first_cancel = report_.interrupts < 2 && interrupted.times >= 2;
    report_.interrupts = std::max(report_.interrupts, interrupted.times);
    schedule_.stop();
    retries_.clear();
    tell(StopRequested{interrupted.times});
    if (is_first_cancel) {
      runner_.cancel();
    }
  }

  void on_error(ActionId id, Error error) {
    if (error.kind == ErrorKind::refused) {
      refuse(id, {std::move(error.detail), std::move(error.message)});
    } else if (is_retryable(error.kind)) {
      retry_or_fail({id, std::move(error)});
    } else {
      fail({id, std::move(error)});
    }
  }

  void retry_or_fail(ActionError error) {
    ActionId id = error.action;
    int attempt = attempts_[id].count;
    double delay = back_off_.delay_seconds(attempt);
    bool has_time = remaining_seconds(id) - delay >= traits_of(plan_.actions[id].op).estimate_seconds;
    if (attempt >= options_.max_attempts || !has_time || schedule_.is_stopping()) {
      fail(std::move(error));
      return;
    }
    ++report_.retries;
    schedule_.pause(id);
    retries_.emplace(runner_.now_seconds() + delay, id);
    tell(ActionRetried{id, std::move(error.error), delay});
  }

  void fail(ActionError error) {
    ActionId id = error.action;
    report_.outcomes[id] = Outcome::failed;
    tell(ActionFailed{id, error.error});
    report_.errors.push_back(std::move(error));
    skip_dependants(id);
  }

  void refuse(ActionId id, Refusal refusal) {
    report_.outcomes[id] = Outcome::refused;
    tell(ActionRefused{id, refusal.rule, refusal.reason});
    report_.refusals.push_back({id, std::move(refusal)});
    skip_dependants(id);
  }

  void skip_dependants(ActionId id) {
    for (const Skipped& skipped : schedule_.fail(id)) {
      report_.outcomes[skipped.action] = Outcome::skipped;
      tell(ActionSkipped{skipped.action, skipped.because});
    }
  }

  const Plan& plan_;
  Runner& runner_;
  const Recheck& recheck_;
  Events& events_;
  const ExecuteOptions& options_;
  Schedule schedule_;
  BackOff back_off_;
  std::vector<Attempts> attempts_;
  std::set<std::pair<double, ActionId>> retries_;  ///< paused, with the time to try again
  Report report_;
};

}  // namespace

ExecuteOptions options_for(const ClusterSpec& spec, const HostState& host) {
  ExecuteOptions options;
  options.deadline_seconds = spec.deadline_seconds;
  options.arch = spec.arch.empty() ? host.arch : spec.arch;
  return options;
}

double deadline_of(const Op& op, const ExecuteOptions& options) {
  const OpTraits& traits = traits_of(op);
  auto own = options.deadline_seconds.find(std::string(traits.name));
  if (own != options.deadline_seconds.end()) {
    return own->second;
  }
  return traits.deadline_seconds * (options.arch == "arm64" ? 3.0 : 1.0);
}

double deadline_of(const Op& op, const ApplyContext& context) {
  return deadline_of(op, options_for(context.spec, context.found.host));
}

Report execute(const Plan& plan, Runner& runner, const Recheck& recheck, Events& events,
               const ExecuteOptions& options) {
  return Execution(plan, runner, recheck, events, options).run();
}

}  // namespace tbx
