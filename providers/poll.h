// Asking again until something is so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/error.h"

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
