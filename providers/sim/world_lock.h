// The lock of a cluster, kept in the world's file, so that every tbx that lives in it sees it.
#pragma once

#include <string>

#include "engine/provider.h"
#include "providers/sim/simulation.h"

namespace tbx::sim {

class WorldLock : public ClusterLock {
 public:
  /// `command`: "tbx apply", for those who are told who holds it. `simulation` outlives it.
  WorldLock(Simulation& simulation, std::string command) : simulation_(simulation), command_(std::move(command)) {}

  Status acquire(const std::string& cluster) override;
  Status release(const std::string& cluster) override;

 private:
  Simulation& simulation_;
  std::string command_;
};

/// What this process writes into a lock.
LockEntry this_process(const std::string& command);

/// Whether it was taken on this host by a process that is gone.
bool is_stale(const LockEntry& entry);

}  // namespace tbx::sim
