// Says on stderr how many rehearsals are done, when they take longer than a moment.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "cli/terminal.h"

namespace tbx {

class RehearsalProgress {
 public:
  /// `runs`: how many are asked for.
  RehearsalProgress(const Streams& streams, int runs);
  /// Takes a live line away.
  ~RehearsalProgress();
  RehearsalProgress(const RehearsalProgress&) = delete;
  RehearsalProgress& operator=(const RehearsalProgress&) = delete;

  /// One more is done. From any thread.
  void count(bool went_well);

 private:
  void tick(const std::stop_token& stop);

  const Streams& streams_;
  const int runs_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable_any wake_;
  int done_ = 0;
  int wrong_ = 0;
  std::jthread ticker_;
};

}  // namespace tbx
