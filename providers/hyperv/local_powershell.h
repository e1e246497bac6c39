// Windows PowerShell of this machine.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>

#include "providers/hyperv/powershell.h"

namespace tbx {

class PowerShellChild;

/// One resident process, which the first request starts; one that did not answer as it should is killed, and the next
/// request starts another. Where PowerShell does not answer while its input is open, each request has a process of its
/// own from then on.
class LocalPowerShell : public PowerShell {
 public:
  /// `first_answer_seconds`: how long a process may take to start and to answer an empty script, beside the deadlines
  /// of requests. Where the very first one takes longer, each request gets a process of its own.
  explicit LocalPowerShell(double first_answer_seconds = 20);
  /// Pre: nobody waits for an answer.
  ~LocalPowerShell() override;

  PowerShellResult ask(const PowerShellRequest& request, std::stop_token stop = {}) override;

  /// So many of ask() were sent; the empty script that each resident process begins with is none of them.
  std::size_t requests() const { return requests_; }
  /// So many were started.
  std::size_t processes() const { return processes_; }

 private:
  enum class Life { unknown, resident, one_request };
  class Turn;

  PowerShellResult ask_in_turn(const PowerShellRequest& request, const std::stop_token& stop);
  /// Starts a process where none is there that may be asked, and sees that it answers: what is lost later was sent to
  /// one that works.
  Status be_ready(const std::stop_token& stop);
  Status start();
  Status see_it_answer(const std::stop_token& stop);

  const double first_answer_seconds_;
  std::mutex mutex_;
  std::condition_variable_any turn_ended_;
  bool is_somebodys_turn_ = false;
  std::unique_ptr<PowerShellChild> child_;  ///< of whose turn it is, as all below
  Life life_ = Life::unknown;
  int number_ = 0;  ///< of the last line that was sent
  std::atomic<std::size_t> requests_ = 0;
  std::atomic<std::size_t> processes_ = 0;
};

}  // namespace tbx
