// What the loop tells the world while it runs: the journal writes it down, the progress display shows it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "engine/error.h"
#include "engine/plan.h"

namespace tbx {

struct RoundStarted {
  int round = 1;
  const Plan* plan = nullptr;
};
struct ActionStarted {
  ActionId action = 0;
  int attempt = 1;
  double deadline_seconds = 0;
};
struct ActionWaiting {
  ActionId action = 0;
  std::string what;
};
struct ActionSucceeded {
  ActionId action = 0;
  double seconds = 0;
};
struct ActionRetried {
  ActionId action = 0;
  Error error;
  double delay_seconds = 0;
};
struct ActionFailed {
  ActionId action = 0;
  Error error;
};
/// A rule said no on the second look; nothing was done.
struct ActionRefused {
  ActionId action = 0;
  std::string rule;
  std::string reason;
};
/// Not started, since something it depends on failed or was refused.
struct ActionSkipped {
  ActionId action = 0;
  ActionId because = 0;
};
struct RoundFinished {
  int round = 1;
};
struct StopRequested {
  int times = 1;
};

using Event = std::variant<RoundStarted, ActionStarted, ActionWaiting, ActionSucceeded, ActionRetried, ActionFailed,
                           ActionRefused, ActionSkipped, RoundFinished, StopRequested>;

class Events {
 public:
  virtual ~Events() = default;
  /// `at_seconds`: the runner's time.
  virtual void on(const Event& event, const Plan& plan, double at_seconds) = 0;
};

}  // namespace tbx
