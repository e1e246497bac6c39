// All that the loop knows of threads and time.
#pragma once

#include <string>
#include <variant>

#include "engine/error.h"
#include "engine/observed.h"
#include "engine/op.h"
#include "engine/plan.h"

namespace tbx {

struct Job {
  ActionId action = 0;
  Op op;
  Observed found;  ///< the second look
  double deadline_seconds = 0;
};

struct Completion {
  ActionId action = 0;
  Status status;
};

/// An action tells what it waits for; it goes on running.
struct WaitingFor {
  ActionId action = 0;
  std::string what;
};

/// The time asked for in wait() has come and nothing else happened.
struct TimePassed {};

/// The user pressed Ctrl-C; the count grows with each press.
struct Interrupted {
  int times = 1;
};

using RunnerEvent = std::variant<Completion, WaitingFor, TimePassed, Interrupted>;

/// Starts jobs and hands back what became of them. Used by one thread only.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Starts at once. A job past its deadline completes with timed_out or outcome_unknown.
  virtual void start(Job job) = 0;
  /// The next event, or TimePassed once now_seconds() has reached `until_seconds`.
  /// Pre: something runs, or `until_seconds` is finite.
  virtual RunnerEvent wait(double until_seconds) = 0;
  /// Asks every running job to stop; each still completes, with cancelled or outcome_unknown.
  virtual void cancel() = 0;
  /// Seconds since the runner was made: virtual time in the simulated world.
  virtual double now_seconds() const = 0;
};

}  // namespace tbx
