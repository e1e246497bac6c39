#include "tests/support/scripted_runner.h"

#include <algorithm>

#include <fmt/format.h>

namespace tbx::test {

void ScriptedRunner::count(const Op& op, int change) {
  const OpTraits& traits = traits_of(op);
  int of_system = running_of_system_[traits.system] += change;
  int of_kind = running_of_kind_[traits.name] += change;
  most_of_any_system_over_limit = std::max(most_of_any_system_over_limit, of_system - parallel_limit(traits.system));
  most_of_any_kind_over_limit = std::max(most_of_any_kind_over_limit, of_kind - traits.parallel_limit);
}

void ScriptedRunner::start(Job job) {
  started.push_back(job);
  running_.emplace(job.action, job.op);
  count(job.op, 1);
  int attempt = ++attempts_[id_of(job.op)];
  Behaviour behaviour = script_ ? script_(job, attempt) : Behaviour{};
  if (behaviour.seconds > job.deadline_seconds) {
    behaviour.seconds = job.deadline_seconds;
    behaviour.status = failure(ErrorKind::timed_out, "past its deadline");
  }
  if (!behaviour.waits_for.empty()) {
    due_.emplace(now_ + behaviour.seconds / 2,
                 std::pair(job.action, RunnerEvent(WaitingFor{job.action, behaviour.waits_for})));
  }
  due_.emplace(now_ + behaviour.seconds, std::pair(job.action, RunnerEvent(Completion{job.action, behaviour.status})));
}

RunnerEvent ScriptedRunner::wait(double until_seconds) {
  double next = due_.empty() ? until_seconds : std::min(until_seconds, due_.begin()->first);
  if (!interrupts_.empty() && interrupts_.front() <= next) {
    now_ = std::max(now_, interrupts_.front());
    interrupts_.erase(interrupts_.begin());
    return Interrupted{++interrupt_count_};
  }
  now_ = std::max(now_, next);
  if (due_.empty() || due_.begin()->first > until_seconds) {
    return TimePassed{};
  }
  auto [action, event] = std::move(due_.begin()->second);
  due_.erase(due_.begin());
  if (std::holds_alternative<Completion>(event)) {
    count(running_.at(action), -1);
    running_.erase(action);
  }
  return event;
}

void ScriptedRunner::cancel() {
  was_cancelled = true;
  due_.clear();
  for (const auto& [action, op] : running_) {
    due_.emplace(now_, std::pair(action, RunnerEvent(Completion{action, failure(ErrorKind::cancelled, "stopped")})));
  }
}

namespace {

struct Line {
  const Plan& plan;

  std::string id(ActionId action) const { return id_of(plan.actions[action].op); }

  std::string operator()(const RoundStarted& event) const { return fmt::format("round {}", event.round); }
  std::string operator()(const ActionStarted& event) const {
    return fmt::format("started {} attempt {} within {}", id(event.action), event.attempt, event.deadline_seconds);
  }
  std::string operator()(const ActionWaiting& event) const {
    return fmt::format("waiting {}: {}", id(event.action), event.what);
  }
  std::string operator()(const ActionSucceeded& event) const { return fmt::format("succeeded {}", id(event.action)); }
  std::string operator()(const ActionRetried& event) const {
    return fmt::format("retried {}: {}", id(event.action), event.error.message);
  }
  std::string operator()(const ActionFailed& event) const {
    return fmt::format("failed {}: {}", id(event.action), event.error.message);
  }
  std::string operator()(const ActionRefused& event) const {
    return fmt::format("refused {}: {}", id(event.action), event.rule);
  }
  std::string operator()(const ActionSkipped& event) const {
    return fmt::format("skipped {} because of {}", id(event.action), id(event.because));
  }
  std::string operator()(const RoundFinished& event) const { return fmt::format("round {} finished", event.round); }
  std::string operator()(const StopRequested& event) const { return fmt::format("stop {}", event.times); }
};

}  // namespace

void RecordedEvents::on(const Event& event, const Plan& plan, double at_seconds) {
  lines.push_back(fmt::format("{} {}", at_seconds, std::visit(Line{plan}, event)));
}

int RecordedEvents::count(const std::string& text) const {
  return static_cast<int>(
      std::ranges::count_if(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

}  // namespace tbx::test
