// A simulated world that is lived in: what its providers and its runner share.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/sim/credential_store.h"
#include "providers/sim/faults.h"
#include "providers/sim/perform.h"
#include "providers/sim/world_file.h"

namespace tbx::sim {

struct SimOptions {
  std::unique_ptr<CredentialStore> credentials;
  /// The others are real: machines are then learned from what they report, and virtual time is the wall clock.
  std::set<System> systems = {all_systems.begin(), all_systems.end()};
  Faults faults = {};
  double pace = 1;  ///< where a system is real: virtual seconds in one of the wall clock
};

/// What happened in one step, for those who check it.
struct Step {
  const World& before;
  const World& after;
  const Op* op = nullptr;  ///< null: nobody did it, the world went on or was disturbed
};

class Simulation {
 public:
  Simulation(WorldFile file, SimOptions options);

  WorldFile& file() { return file_; }
  const World& world() const { return file_.world(); }
  CredentialStore& credentials() { return *options_.credentials; }
  const SimOptions& options() const { return options_; }
  bool is_all_simulated() const { return options_.systems.size() == all_systems.size(); }
  std::mutex& mutex() { return mutex_; }

  /// From now on this is how often something fails.
  void set_faults(const Faults& faults) { options_.faults = faults; }
  void stop_faults() { set_faults({}); }
  const FaultCounts& fault_counts() const { return fault_counts_; }
  /// By chance, at the rate given, tbx is to die now.
  bool tbx_dies();

  /// Called after each step with the world before and after it.
  void check_steps(std::function<void(const Step&)> checker) { checker_ = std::move(checker); }

  /// Called before a job starts, with the ops that run.
  using StartChecker = std::function<void(const World& world, const Op& op, const std::vector<const Op*>& running)>;
  void check_starts(StartChecker checker) { start_checker_ = std::move(checker); }
  const StartChecker& start_checker() const { return start_checker_; }

  // Pre: the mutex is held. All of them write what they changed.
  /// Lets the world go on to that time of its own clock.
  Status go_on(double to_seconds);
  /// Goes on to that time and does the op there, as far as the faults let it.
  Status go_on_and_complete(double at_seconds, const Op& op, const Setting& setting);
  /// What the op leaves when its tool is killed half-way.
  Status leave_half(const Op& op, const Setting& setting);
  /// The world's time follows the wall clock where a system is real.
  Status catch_up_with_wall_clock();

  void observe(System system, const ClusterSpec& wanted, const Scope& scope, Observed& found);
  /// Where Hyper-V is real: machines come, go, start and stop in the world as `found` says.
  void learn_from(const ClusterSpec& wanted, const Observed& found);

 private:
  Status step(const Op* op, const std::function<void(LiveWorld&)>& change);
  Status perform_with_faults(LiveWorld& live, const Op& op, const Setting& setting);
  std::string why_hidden(System system);

  WorldFile file_;
  SimOptions options_;
  std::mutex mutex_;
  FaultCounts fault_counts_;
  std::function<void(const Step&)> checker_;
  World before_;  ///< of the next step, only while there is a checker
  std::optional<std::uint64_t> version_before_;
  StartChecker start_checker_;
  double began_at_ = 0;  ///< of the world's clock
  double wall_began_at_ = 0;
};

}  // namespace tbx::sim
