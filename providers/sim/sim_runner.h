// Runs jobs in the simulated world: one thread, virtual time, and the same seed gives the same run.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/runner.h"
#include "providers/sim/simulation.h"

namespace tbx::sim {

/// What wait() throws when a fault kills tbx: nothing of the loop that waited goes on. What its jobs have done so far
/// is in the world.
struct TbxKilled {};

struct RunnerOptions {
  double pace = 0;  ///< virtual seconds in a real one; 0: no waiting
  /// How often Ctrl-C was pressed; null: nobody can.
  const std::atomic<int>* presses = nullptr;
};

class SimRunner : public Runner {
 public:
  /// Both outlive it.
  SimRunner(Simulation& simulation, const ClusterSpec& spec, RunnerOptions options = {});

  void start(Job job) override;
  RunnerEvent wait(double until_seconds) override;
  void cancel() override;
  double now_seconds() const override;

  /// The jobs that run now, for those who check.
  std::vector<const Op*> running_ops() const;

 private:
  struct Running {
    Job job;
    double started = 0;  ///< of the world's clock
    double due = 0;      ///< infinity: when what it waits for is there
    double deadline = 0;
    std::string told;  ///< what it last said that it waits for
  };

  double world_now() const { return simulation_.world().clock.now_seconds; }
  Setting setting_of(const Running& running) const;
  bool pressed_again();
  void look_at_waits();
  double next_time(double until) const;
  void go_on_to(double time);
  bool sleep_until(double time);
  void complete_due();
  void end_shutdown(const Op& op);
  void finish(std::size_t index, Status status);
  void fail_all(const Error& error);
  [[noreturn]] void die(double until);
  void abandon(const Running& running);

  Simulation& simulation_;
  const ClusterSpec& spec_;
  RunnerOptions options_;
  double began_ = 0;         ///< of the world's clock
  double waited_until_ = 0;  ///< of this one's
  int presses_told_ = 0;
  std::vector<Running> running_;  ///< in the order of their start
  std::deque<RunnerEvent> ready_;
};

}  // namespace tbx::sim
