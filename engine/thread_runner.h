// The runner for real systems: threads that only call Provider::apply and hand back what became of it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "engine/provider.h"
#include "engine/runner.h"

namespace tbx {

/// Each job has a deadline, at which it is asked to stop. What ends as cancelled after that is timed_out; what lost its
/// answer stays outcome_unknown. A provider that ignores its stop_token is waited for.
class ThreadRunner : public Runner {
 public:
  /// Pre: `spec` (with its secrets), `providers` and `interrupts` outlive the runner. `interrupts` counts presses of
  /// Ctrl-C; null: nobody can press it.
  ThreadRunner(const ClusterSpec& spec, std::span<Provider* const> providers, std::size_t thread_count,
               const std::atomic<int>* interrupts = nullptr);
  /// Asks what still runs to stop, and waits for it.
  ~ThreadRunner() override;

  void start(Job job) override;
  RunnerEvent wait(double until_seconds) override;
  void cancel() override;
  double now_seconds() const override;

 private:
  using Clock = std::chrono::steady_clock;

  /// What the owner's thread knows of a job that has not completed.
  struct Running {
    std::stop_source stop;
    double stops_at = 0;
    bool is_past_deadline = false;
  };

  struct Assigned {
    Job job;
    std::stop_token stop;
  };

  void work();
  Status apply(const Assigned& assigned);
  void look_at_host(const Op& op, Observed& found) const;
  Provider* provider_of(System system) const;
  void post(RunnerEvent event);
  void stop_overdue();
  double next_deadline() const;
  RunnerEvent hand_back(RunnerEvent event);

  const ClusterSpec& spec_;
  std::span<Provider* const> providers_;
  const std::atomic<int>* interrupts_;
  int interrupts_told_ = 0;
  Clock::time_point made_at_ = Clock::now();
  std::map<ActionId, Running> running_;  ///< of the owner's thread alone, as are the two above

  std::mutex mutex_;  ///< guards the next three
  std::deque<Assigned> assigned_;
  std::deque<RunnerEvent> events_;
  bool is_closing_ = false;
  std::condition_variable has_work_;
  std::condition_variable has_event_;
  std::vector<std::jthread> threads_;  ///< last: they end before what they use
};

/// Threads that suffice for whatever the limits of all systems let run at once.
std::size_t most_that_runs_at_once();

}  // namespace tbx
