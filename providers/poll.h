// Asking again until something is so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/error.h"
#include "engine/provider.h"

namespace tbx {

/// Sleeps; false when it was woken by the stop.
inline bool pause(const std::stop_token& stop, double seconds) {
  std::mutex mutex;
  std::condition_variable_any waked;
  std::unique_lock lock(mutex);
  waked.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
  return !stop.stop_requested();
}

/// What one question gave: so, never, or what is not so yet.
struct Waiting {
  bool is_over = false;
  std::optional<Error> error = {};  ///< waiting on leads nowhere
  std::string for_what = {};        ///< "etcd is preparing"
};

inline Waiting it_is_so() { return {true, {}, {}}; }
inline Waiting not_yet(std::string what) { return {false, {}, std::move(what)}; }
inline Waiting never(Error why) { return {true, std::move(why), {}}; }

inline constexpr double poll_seconds = 1;

/// Looks at the host again while something is waited for, and not more often than an address may change: a look costs a
/// program of its own.
class HostWatch {
 public:
  explicit HostWatch(const ApplyContext& context) : look_(context.look_at_host) {}

  /// Brings `found` up to date when it is time; true when it did.
  bool look(Observed& found) {
    const auto now = std::chrono::steady_clock::now();
    if (!look_ || now < due_) {
      return false;
    }
    look_(found);
    due_ = now + between_looks;
    return true;
  }

 private:
  static constexpr auto between_looks = std::chrono::seconds(5);
  const std::function<void(Observed&)>& look_;
  std::chrono::steady_clock::time_point due_ = {};
};

/// Asks once a second, and tells what is waited for whenever that changes. Cancelled, naming it, when it is stopped.
template <class Ask, class Tell>
Status wait_until(const std::stop_token& stop, const Tell& tell, const Ask& ask) {
  std::string told;
  while (true) {
    Waiting state = ask();
    if (state.error) {
      return tl::unexpected(*std::move(state.error));
    }
    if (state.is_over) {
      return {};
    }
    if (state.for_what != told) {
      told = state.for_what;
      tell(told);
    }
    if (!pause(stop, poll_seconds)) {
      return failure(ErrorKind::cancelled, "stopped while waiting: " + told);
    }
  }
}

}  // namespace tbx
