// The lock of a cluster, kept in the world's file, so that every tbx that lives in it sees it.
#pragma once

#include <string>

#include "engine/provider.h"
#include "providers/sim/simulation.h"

namespace tbx::sim {

class WorldLock : public ClusterLock {
 public:
  /// `command`: "tbx apply", for those who are told who holds it. `simulation` outlives it.
  WorldLock(Simulation& simulation, const std::string& command);
  /// As another process than this one. `mine`: what it writes into the lock.
  WorldLock(Simulation& simulation, LockEntry mine) : simulation_(simulation), mine_(std::move(mine)) {}

  Status acquire(const std::string& cluster) override;
  Status release(const std::string& cluster) override;

 private:
  bool is_mine(const LockEntry& entry) const;

  Simulation& simulation_;
  LockEntry mine_;
};

/// What this process writes into a lock.
LockEntry this_process(const std::string& command);

/// Whether it was taken on this host by a process that is gone.
bool is_stale(const LockEntry& entry);

}  // namespace tbx::sim
