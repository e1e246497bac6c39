#include "providers/hyperv/host_looks.h"

#include <algorithm>

namespace tbx {

Result<HostState> HostLooks::fresh(const Host& host, const ClusterSpec& spec, const std::string& cluster_id,
                                   const std::stop_token& stop) {
  const auto began = now_();
  auto seen = host.look(spec, cluster_id, stop);
  const std::scoped_lock lock(mutex_);
  if (!seen) {
    last_.reset();
  } else if (!last_ || began > last_began_) {
    last_ = *seen;
    last_began_ = began;
  }
  return seen;
}

std::optional<HostState> HostLooks::recent(const Scope& scope) const {
  const std::scoped_lock lock(mutex_);
  const auto allowed = std::chrono::duration<double>(scope.max_age_seconds);
  if (scope.whole || !last_ || now_() - last_began_ >= allowed) return std::nullopt;
  const bool is_outdated = std::ranges::any_of(scope.nodes, [this](const std::string& node) {
    const auto place = changed_at_.find(node);
    return place != changed_at_.end() && place->second >= last_began_;
  });
  return is_outdated ? std::nullopt : last_;
}

void HostLooks::changed(const std::string& node) {
  const std::scoped_lock lock(mutex_);
  changed_at_[node] = now_();
}

void HostLooks::forget() {
  const std::scoped_lock lock(mutex_);
  last_.reset();
}

}  // namespace tbx
