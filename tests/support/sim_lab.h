// A simulated world for tests, with its providers and the real engine around it.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/converge.h"
#include "providers/sim/checkers.h"
#include "providers/sim/sim_provider.h"
#include "providers/sim/sim_runner.h"
#include "tests/support/words.h"

namespace tbx::test {

/// A folder that is gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

struct LabOptions {
  std::uint64_t seed = 1;
  sim::Faults faults = {};
  bool in_file = false;  ///< the world lies in `world.json` of the lab's folder
};

/// Watched by the checkers at every step.
class SimLab {
 public:
  explicit SimLab(ClusterSpec wanted, LabOptions options = {});

  Observed look();
  Plan plan();
  /// One op, as the thread runner does it. Fails with what the provider says.
  Status apply(const Op& op);
  /// The real loop with the simulated runner. `events` is told what happens, when given.
  ConvergeResult converge(PlanMode mode = PlanMode::converge, Events* events = nullptr);
  /// A verb of `tbx world`, by its words; fails the test when it is not taken.
  std::string world(const std::string& words);
  void go_on(double seconds);

  const sim::World& state() const { return simulation.world(); }
  const sim::SimMachine& machine(const std::string& node) const;
  std::vector<Provider*> providers() const;

  TemporaryFolder folder;
  ClusterSpec spec;
  sim::Simulation simulation;
  sim::Checkers checkers;

 private:
  std::vector<std::unique_ptr<Provider>> owned_;
};

/// Says nothing.
class NoEvents : public Events {
 public:
  void on(const Event&, const Plan&, double) override {}
};

/// "create-disk", …: the kinds of a plan's actions, sorted, each once.
std::vector<std::string> kinds_of(const Plan& plan);

}  // namespace tbx::test
