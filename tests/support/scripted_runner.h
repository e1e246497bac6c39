// A runner with virtual time: what each job does is a function, and what ran is kept for the test to look at.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/events.h"
#include "engine/runner.h"

namespace tbx::test {

/// How one attempt goes.
struct Behaviour {
  double seconds = 1;
  Status status = {};
  std::string waits_for = {};  ///< told half-way
};

class ScriptedRunner : public Runner {
 public:
  /// `attempt` counts from 1.
  using Script = std::function<Behaviour(const Job& job, int attempt)>;

  explicit ScriptedRunner(Script script = {}) : script_(std::move(script)) {}

  void interrupt_at(double seconds) { interrupts_.push_back(seconds); }

  void start(Job job) override;
  RunnerEvent wait(double until_seconds) override;
  void cancel() override;
  double now_seconds() const override { return now_; }

  std::vector<Job> started;
  bool was_cancelled = false;
  int most_of_any_system_over_limit = 0;  ///< 0: every limit of a system was kept
  int most_of_any_kind_over_limit = 0;

 private:
  void count(const Op& op, int change);

  Script script_;
  double now_ = 0;
  std::multimap<double, std::pair<ActionId, RunnerEvent>> due_;
  std::map<ActionId, Op> running_;
  std::map<std::string, int> attempts_;
  std::map<System, int> running_of_system_;
  std::map<std::string_view, int> running_of_kind_;
  std::vector<double> interrupts_;  ///< not yet delivered, sorted
  int interrupt_count_ = 0;
};

/// Keeps every event as a short line: "12 succeeded create-machine/a".
class RecordedEvents : public Events {
 public:
  void on(const Event& event, const Plan& plan, double at_seconds) override;
  std::vector<std::string> lines;
  /// How many lines hold this.
  int count(const std::string& text) const;
};

}  // namespace tbx::test
