// Shows the events of an apply: live on a terminal, as plain lines in a log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "cli/interrupt.h"
#include "cli/progress_state.h"
#include "cli/terminal.h"
#include "engine/events.h"

namespace tbx {

class Progress : public Events {
 public:
  /// `rate`: seconds of the runner's time that pass in a second; 0 when it does not wait.
  Progress(const Streams& streams, double rate);
  /// Takes the live lines away; the lasting ones stay.
  ~Progress() override;

  void on(const Event& event, const Plan& plan, double at_seconds) override;

 private:
  using Clock = std::chrono::steady_clock;

  ProgressLayout layout() const;
  double now_seconds() const;
  void erase();
  void draw();
  /// Redraws while no event comes: clocks go on, and a slow look shows that it is alive.
  void tick(const std::stop_token& stop);

  const Streams& streams_;
  const double rate_;
  std::mutex mutex_;  ///< guards what follows: the ticking thread draws too
  std::condition_variable_any wake_;
  ProgressState state_;
  Clock::time_point last_event_ = Clock::now();
  std::size_t drawn_lines_ = 0;
  std::unique_ptr<HideCursor> hidden_cursor_;
  std::jthread ticker_;
};

/// While one exists, a look that takes longer than two seconds says so on stderr.
class Patience {
 public:
  Patience(const Streams& streams, std::string what);

 private:
  std::jthread waiter_;
};

}  // namespace tbx
