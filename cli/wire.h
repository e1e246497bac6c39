// The one place that knows every provider: which of them a command talks to.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "engine/error.h"
#include "engine/provider.h"
#include "engine/runner.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Everything outside that one command needs for one cluster.
struct Outside {
  std::vector<Provider*> providers;
  Runner* runner = nullptr;
  ClusterLock* lock = nullptr;
  std::function<Status()> finish;  ///< to be called after changes, when nothing runs any more
  bool is_simulated = false;       ///< all of it: its time is virtual, its credentials open nothing
  double rate = 1;                 ///< seconds of the runner's time that pass in a second; 0: it does not wait
  std::shared_ptr<void> owner;     ///< of all that is pointed to

  /// Of these systems, in the order of looking.
  std::vector<Provider*> only(std::initializer_list<System> systems) const;
};

/// `folder`: _out/<cluster>, where secrets and credentials lie. `command`: what the lock tells others, "tbx apply".
/// Errors: those of opening the world's file, where one is named.
Result<Outside> wire(const SimArguments& sim, const ClusterSpec& spec, const std::filesystem::path& folder,
                     const std::string& command);

}  // namespace tbx
