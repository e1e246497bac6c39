#include "engine/thread_runner.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/assertion.h"
#include "engine/look.h"

namespace tbx {
namespace {

/// How soon a press of Ctrl-C is seen: a signal handler may not wake a condition variable.
constexpr double glance_seconds = 0.05;

}  // namespace

ThreadRunner::ThreadRunner(const ClusterSpec& spec, std::span<Provider* const> providers, std::size_t thread_count,
                           const std::atomic<int>* interrupts)
    : spec_(spec), providers_(providers), interrupts_(interrupts) {
  TBX_ASSERT(thread_count > 0, "without threads nothing runs");
  for (std::size_t i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

ThreadRunner::~ThreadRunner() {
  cancel();
  {
    std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  has_work_.notify_all();
}

void ThreadRunner::start(Job job) {
  Running& running = running_[job.action];
  running.stops_at = now_seconds() + job.deadline_seconds;
  {
    std::lock_guard lock(mutex_);
    assigned_.push_back({std::move(job), running.stop.get_token()});
  }
  has_work_.notify_one();
}

void ThreadRunner::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    has_work_.wait(lock, [this] { return is_closing_ || !assigned_.empty(); });
    if (assigned_.empty()) {
      return;
    }
    Assigned assigned = std::move(assigned_.front());
    assigned_.pop_front();
    lock.unlock();
    post(Completion{assigned.job.action, apply(assigned)});
  }
}

Provider* ThreadRunner::provider_of(System system) const {
  auto found = std::ranges::find_if(providers_, [&](const Provider* each) { return each->system() == system; });
  return found == providers_.end() ? nullptr : *found;
}

void ThreadRunner::look_at_host(const Op& op, Observed& found) const {
  if (Provider* host = provider_of(System::hyperv); host != nullptr) {
    host->observe(spec_, scope_of(op, spec_), found);
  }
}

Status ThreadRunner::apply(const Assigned& assigned) {
  const Job& job = assigned.job;
  if (assigned.stop.stop_requested()) {
    return stopped_before_it_began(job.op);
  }
  Provider* provider = provider_of(traits_of(job.op).system);
  TBX_ASSERT(provider != nullptr, "each system that a plan names has a provider");
  ApplyContext context{spec_, job.found,
                       [&](const std::string& what) {
                         post(WaitingFor{job.action, what});
                       },
                       [&](Observed& found) { look_at_host(job.op, found); }};
  return provider->apply(job.op, context, assigned.stop);
}

void ThreadRunner::post(RunnerEvent event) {
  {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  has_event_.notify_one();
}

RunnerEvent ThreadRunner::wait(double until_seconds) {
  while (true) {
    if (interrupts_ != nullptr && interrupts_->load() > interrupts_told_) {
      interrupts_told_ = interrupts_->load();
      return Interrupted{interrupts_told_};
    }
    stop_overdue();
    double now = now_seconds();
    double wake_at = std::min({until_seconds, next_deadline(), now + (interrupts_ == nullptr ? 3600 : glance_seconds)});
    std::unique_lock lock(mutex_);
    has_event_.wait_for(lock, std::chrono::duration<double>(std::max(wake_at - now, 0.0)),
                        [this] { return !events_.empty(); });
    if (!events_.empty()) {
      RunnerEvent event = std::move(events_.front());
      events_.pop_front();
      lock.unlock();
      return hand_back(std::move(event));
    }
    lock.unlock();
    if (now_seconds() >= until_seconds) {
      return TimePassed{};
    }
  }
}

/// What was stopped by its deadline was not stopped by the user.
RunnerEvent ThreadRunner::hand_back(RunnerEvent event) {
  auto* completion = std::get_if<Completion>(&event);
  if (completion == nullptr) {
    return event;
  }
  auto running = running_.find(completion->action);
  TBX_ASSERT(running != running_.end(), "only what was started completes");
  bool is_past_deadline = running->second.is_past_deadline;
  running_.erase(running);
  if (is_past_deadline && !completion->status && completion->status.error().kind == ErrorKind::cancelled) {
    completion->status.error().kind = ErrorKind::timed_out;
  }
  return event;
}

void ThreadRunner::stop_overdue() {
  double now = now_seconds();
  for (auto& [action, running] : running_) {
    if (running.stops_at <= now && !running.is_past_deadline && !running.stop.stop_requested()) {
      running.is_past_deadline = true;
      running.stop.request_stop();
    }
  }
}

double ThreadRunner::next_deadline() const {
  double next = std::numeric_limits<double>::infinity();
  for (const auto& [action, running] : running_) {
    if (!running.stop.stop_requested()) {
      next = std::min(next, running.stops_at);
    }
  }
  return next;
}

void ThreadRunner::cancel() {
  for (auto& [action, running] : running_) {
    running.stop.request_stop();
  }
}

double ThreadRunner::now_seconds() const { return std::chrono::duration<double>(Clock::now() - made_at_).count(); }

std::size_t most_that_runs_at_once() {
  int sum = 0;
  for (System system : all_systems) {
    sum += parallel_limit(system);
  }
  return static_cast<std::size_t>(sum);
}

}  // namespace tbx
