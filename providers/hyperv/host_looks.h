// The looks at one host: a second look that needs no fresh one is served by one that was just made.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "engine/provider.h"
#include "providers/hyperv/host.h"

namespace tbx {

/// A look costs a request, which PowerShell answers one after the other: of a plan's actions each takes one, and most
/// of them follow upon another within a second. Used by several threads at once.
class HostLooks {
 public:
  using Clock = std::chrono::steady_clock;

  /// `now`: for tests.
  explicit HostLooks(std::function<Clock::time_point()> now = Clock::now) : now_(std::move(now)) {}

  /// One request. Errors as Host::look().
  Result<HostState> fresh(const Host& host, const ClusterSpec& spec, const std::string& cluster_id,
                          const std::stop_token& stop);
  /// The last one, where it is not older than `scope` allows, and we have changed none of the scope's nodes since it
  /// began. Never for a whole look.
  std::optional<HostState> recent(const Scope& scope) const;

  /// We change, or have changed, this node's machine or disk.
  void changed(const std::string& node);
  /// Nothing that was seen serves any more.
  void forget();

 private:
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;
  std::optional<HostState> last_;
  Clock::time_point last_began_;
  std::map<std::string, Clock::time_point> changed_at_;  ///< by node
};

}  // namespace tbx
