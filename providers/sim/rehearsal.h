// A rehearsal: the whole loop in a world of its own, disturbed by faults, applied again and again as a user would.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "providers/sim/checkers.h"
#include "providers/sim/credential_store.h"
#include "providers/sim/faults.h"
#include "providers/sim/world.h"

namespace tbx::sim {

/// What is rehearsed: the same for all runs of it.
struct RehearsalInput {
  ClusterSpec spec;                        ///< with its secrets
  World start;                             ///< never changed; each run has a copy
  CredentialMemory::Contents credentials;  ///< what there is of them at the start
  Faults faults;
  /// Ctrl-C ends a run that has begun; null: nobody can press it.
  const std::atomic<int>* presses = nullptr;
};

/// In so many applies faults may happen, in one more they do not: that one has to succeed.
inline constexpr int disturbed_applies = 4;

/// How one run went.
struct RunRecord {
  std::uint64_t seed = 0;
  bool was_interrupted = false;      ///< then the rest says nothing
  bool converged = false;            ///< the last apply said that nothing is left to do
  std::vector<std::string> applies;  ///< how each ended: "killed after 40 s", "done after 9 min 2 s"
  double seconds = 0;                ///< of the world's time, all applies together
  int rounds = 0;
  int steps = 0;  ///< after each of them the checkers looked
  FaultCounts faults;
  std::map<std::string, int> retried;  ///< attempts after the first, by kind of action
  std::vector<Violation> violations;   ///< at the run's own time
  bool operator==(const RunRecord&) const = default;
};

/// The same input and seed give the same record.
RunRecord rehearse(const RehearsalInput& input, std::uint64_t seed);

}  // namespace tbx::sim
