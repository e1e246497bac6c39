#include "providers/hyperv/local_powershell.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/system/system_error.hpp>

#include "providers/hyperv/powershell_child.h"
#include "providers/hyperv/powershell_envelope.h"
#include "specs/load.h"

namespace tbx {

namespace {

tl::unexpected<PowerShellError> lost(Error error) {
  return tl::unexpected(PowerShellError{std::move(error), std::nullopt});
}

/// What was sent and not answered may have been done.
ErrorKind lost_kind(ToolEffect effect, ErrorKind kind) {
  return effect == ToolEffect::changes ? ErrorKind::outcome_unknown : kind;
}

Error without_answer(const PowerShellRequest& request, const Exchange& exchange, std::string detail) {
  const auto error = [&](ErrorKind kind, std::string message) {
    return Error{lost_kind(request.effect, kind), std::move(message), std::move(detail)};
  };
  switch (exchange.end) {
    case ExchangeEnd::deadline:
      return error(ErrorKind::timed_out,
                   fmt::format("Windows PowerShell took longer than {:g} s", request.deadline_seconds));
    case ExchangeEnd::cancelled:
      return error(ErrorKind::cancelled, "Windows PowerShell was stopped");
    case ExchangeEnd::too_much:
      return error(ErrorKind::malformed_answer, "Windows PowerShell prints without end");
    case ExchangeEnd::ended:
      return error(ErrorKind::unreachable,
                   "Windows PowerShell ended without an answer" +
                       (exchange.exit_code ? fmt::format(", with exit code {}", *exchange.exit_code) : std::string()));
    case ExchangeEnd::answered:
      break;
  }
  return error(ErrorKind::malformed_answer,
               exchange.answer.number == 0  ? "Windows PowerShell did not understand a request"
               : exchange.answer.number < 0 ? "Windows PowerShell gave an answer that is cut off or no JSON"
                                            : "Windows PowerShell gave the answer to another request");
}

Error stopped_before() { return {ErrorKind::cancelled, "Windows PowerShell was stopped before it was asked", ""}; }

/// Hyper-V's messages have several lines; an error is one sentence.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (char letter : text) {
    const bool is_blank = letter == '\n' || letter == '\r' || letter == ' ';
    if (!is_blank) {
      line += letter;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

PowerShellResult result_of(Exchange exchange) {
  if (exchange.answer.failure) {
    return tl::unexpected(PowerShellError{Error{ErrorKind::rejected, in_one_line(exchange.answer.failure->message), ""},
                                          std::move(exchange.answer.failure)});
  }
  return std::move(exchange.answer.result);
}

bool is_answer_to(int number, const Exchange& exchange) {
  return exchange.end == ExchangeEnd::answered && exchange.answer.number == number;
}

/// TBX_POWERSHELL names it; else Windows has it in its system folder. Empty: it is nowhere.
std::filesystem::path find_powershell() {
  if (const char* named = std::getenv("TBX_POWERSHELL"); named != nullptr && *named != '\0') {
    return named;
  }
#ifdef _WIN32
  // By its full path: a folder of the PATH may hold another program of that name.
  if (const char* system = std::getenv("SystemRoot"); system != nullptr && *system != '\0') {
    return std::filesystem::path(system) / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe";
  }
#endif
  return {};
}

}  // namespace

/// One request at a time; who waits may be stopped.
class LocalPowerShell::Turn {
 public:
  Turn(LocalPowerShell& shell, const std::stop_token& stop) : shell_(shell) {
    std::unique_lock lock(shell_.mutex_);
    is_ours_ =
        !stop.stop_requested() && shell_.turn_ended_.wait(lock, stop, [this] { return !shell_.is_somebodys_turn_; });
    shell_.is_somebodys_turn_ |= is_ours_;
  }
  ~Turn() {
    if (!is_ours_) {
      return;
    }
    const std::scoped_lock lock(shell_.mutex_);
    shell_.is_somebodys_turn_ = false;
    shell_.turn_ended_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool is_ours() const { return is_ours_; }

 private:
  LocalPowerShell& shell_;
  bool is_ours_ = false;
};

LocalPowerShell::LocalPowerShell(double first_answer_seconds) : first_answer_seconds_(first_answer_seconds) {}

LocalPowerShell::~LocalPowerShell() = default;

PowerShellResult LocalPowerShell::ask(const PowerShellRequest& request, std::stop_token stop) {
  const Turn turn(*this, stop);
  if (!turn.is_ours() || stop.stop_requested()) {
    return lost(stopped_before());
  }
  const WithoutBrokenPipes guard;
  return ask_in_turn(request, stop);
}

PowerShellResult LocalPowerShell::ask_in_turn(const PowerShellRequest& request, const std::stop_token& stop) {
  if (auto ready = be_ready(stop); !ready) {
    return lost(std::move(ready).error());
  }
  if (stop.stop_requested()) {
    return lost(stopped_before());
  }
  auto line = request_line(++number_, request);
  if (!line) {
    return lost(std::move(line).error());
  }
  ++requests_;
  const bool is_resident = life_ == Life::resident;
  Exchange exchange = child_->exchange(*std::move(line), request.deadline_seconds, stop,
                                       is_resident ? InputEnd::stays_open : InputEnd::closed);
  const bool is_answered = is_answer_to(number_, exchange);
  std::string errors = is_answered ? std::string() : child_->last_errors();
  if (!is_answered || !is_resident) {
    child_.reset();
  }
  if (!is_answered) {
    return lost(without_answer(request, exchange, std::move(errors)));
  }
  return result_of(std::move(exchange));
}

Status LocalPowerShell::be_ready(const std::stop_token& stop) {
  if (child_ && child_->is_in_step()) {
    return {};
  }
  if (auto started = start(); !started || life_ == Life::one_request) {
    return started;
  }
  auto answered = see_it_answer(stop);
  if (!answered) {
    child_.reset();
  }
  return answered;
}

Status LocalPowerShell::start() {
  child_.reset();
  const std::filesystem::path program = find_powershell();
  if (program.empty()) {
    return failure(ErrorKind::rejected,
                   "Windows PowerShell is not there: run tbx on Windows, name it in TBX_POWERSHELL, or add --sim FILE, "
                   "which simulates the host");
  }
  try {
    child_ = std::make_unique<PowerShellChild>(program);
  } catch (const boost::system::system_error& error) {
    return failure(ErrorKind::rejected, fmt::format("Windows PowerShell can't be started as {}: {}",
                                                    text_from_path(program), error.code().message()));
  }
  ++processes_;
  return {};
}

Status LocalPowerShell::see_it_answer(const std::stop_token& stop) {
  const PowerShellRequest request{.script = empty_script, .deadline_seconds = first_answer_seconds_};
  const Exchange exchange =
      child_->exchange(request_line(++number_, request).value(), first_answer_seconds_, stop, InputEnd::stays_open);
  if (exchange.end == ExchangeEnd::deadline && life_ == Life::unknown) {
    // Maybe it reads its input only to the end.
    life_ = Life::one_request;
    return start();
  }
  if (is_answer_to(number_, exchange) && exchange.answer.failure) {
    return failure(ErrorKind::rejected,
                   "Windows PowerShell runs no script: " + in_one_line(exchange.answer.failure->message));
  }
  if (!is_answer_to(number_, exchange)) {
    Error error = without_answer(request, exchange, child_->last_errors());
    return tl::unexpected(std::move(error));
  }
  life_ = Life::resident;
  return {};
}

}  // namespace tbx
