// One running PowerShell: a line is written to it, and its answer read from among whatever else it prints.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "providers/child_process.h"
#include "providers/hyperv/powershell_envelope.h"

namespace tbx {

/// How one exchange ended.
enum class ExchangeEnd {
  answered,
  deadline,
  cancelled,
  ended,     ///< the process did, or it closed its output, without an answer
  too_much,  ///< it prints without end
};

struct Exchange {
  ExchangeEnd end = ExchangeEnd::ended;
  PowerShellAnswer answer;       ///< where it was answered; whether the number is right, the caller judges
  std::optional<int> exit_code;  ///< where it ended
};

/// Whether more requests follow, or the end of its input behind the one.
enum class InputEnd { stays_open, closed };

/// Not for several threads at once.
class PowerShellChild {
 public:
  /// Throws boost::system::system_error where it can't be started.
  explicit PowerShellChild(const std::filesystem::path& program);

  /// Whether it may be asked: it runs, read all of the last request, and printed no answer that nobody waits for.
  bool is_in_step();
  /// Where it was not answered, this object is of no more use. Deadline in seconds.
  Exchange exchange(std::string line, double deadline_seconds, const std::stop_token& stop, InputEnd input);
  /// The end of what it printed to stderr so far, as people read it, without secrets.
  std::string last_errors() const;

 private:
  void read_output();
  void read_errors();
  void take_lines();
  void take_line(std::string_view line);
  void begin_deadline(double seconds);
  void see_end();
  void finish(ExchangeEnd end);

  boost::asio::io_context context_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer drained_;
  ChildProcess process_;
  std::array<char, 65536> output_piece_{};
  std::array<char, 4096> errors_piece_{};
  std::string written_;
  std::string output_;       ///< the line that has not ended yet
  std::size_t scanned_ = 0;  ///< so much of it holds no line end
  std::string errors_;
  std::optional<PowerShellAnswer> answer_;
  std::optional<ExchangeEnd> end_;  ///< of the exchange that runs
  std::optional<int> exit_code_;
  int exchanges_ = 0;
  bool output_ended_ = false;
  bool errors_ended_ = false;
  bool is_writing_ = false;
  bool answered_too_often_ = false;
};

}  // namespace tbx
