#include "providers/hyperv/powershell_child.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "providers/hyperv/clixml.h"
#include "providers/redact.h"

namespace tbx {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t most_line_bytes = 256U << 20U;
/// A failure in CLIXML takes a few KB; the last few are what the process ended of.
constexpr std::size_t most_error_bytes = 65536;
constexpr std::size_t most_shown_bytes = 4096;
/// For the exit code and the rest of stderr, and for an answer that a grandchild's open pipe holds the end of.
constexpr auto time_to_see_the_end = std::chrono::seconds(1);
/// Noise without end must not keep a request from being sent.
constexpr int most_steps_before_a_request = 256;

ProgramStart start_of(const std::filesystem::path& program) {
  // PowerShell 7 as an ancestor leaves a path of modules that 5.1 can't load; without one, it makes its own.
  return {program, powershell_arguments(), {{"PSModulePath", std::nullopt}}};
}

void close_pipe(auto& pipe) {
  error_code ignored;
  pipe.close(ignored);
}

std::chrono::steady_clock::duration seconds_long(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(std::max(seconds, 0.0)));
}

}  // namespace

PowerShellChild::PowerShellChild(const std::filesystem::path& program)
    : deadline_(context_), drained_(context_), process_(context_, start_of(program)) {
  process_.on_end([this](int exit_code) {
    exit_code_ = exit_code;
    see_end();
  });
  read_output();
  read_errors();
}

bool PowerShellChild::is_in_step() {
  context_.restart();
  for (int steps = 0; steps < most_steps_before_a_request && context_.poll_one() != 0; ++steps) {
  }
  return !output_ended_ && !exit_code_ && !answer_ && !answered_too_often_ && !is_writing_;
}

Exchange PowerShellChild::exchange(std::string line, double deadline_seconds, const std::stop_token& stop,
                                   InputEnd input) {
  end_.reset();
  written_ = std::move(line);
  is_writing_ = true;
  asio::async_write(process_.in(), asio::buffer(written_), [this, input](error_code error, std::size_t) {
    is_writing_ = false;
    // One that can't be written to has ended, which is seen where its output ends.
    if (error || input == InputEnd::closed) {
      close_pipe(process_.in());
    }
  });
  begin_deadline(deadline_seconds);
  // Posted, it may come when the next exchange runs, which it does not mean.
  const int number = ++exchanges_;
  std::stop_callback on_stop(stop, [this, number] {
    asio::post(context_, [this, number] {
      if (number == exchanges_) {
        finish(ExchangeEnd::cancelled);
      }
    });
  });
  context_.restart();
  while (!end_ && context_.run_one() != 0) {
  }
  deadline_.cancel();
  return {end_.value_or(ExchangeEnd::ended), std::exchange(answer_, std::nullopt).value_or(PowerShellAnswer{}),
          exit_code_};
}

std::string PowerShellChild::last_errors() const {
  const std::string text = redact(errors_of_clixml(errors_));
  const std::size_t excess = text.size() - std::min(text.size(), most_shown_bytes);
  const std::size_t line_end = excess == 0 ? std::string::npos : text.find('\n', excess);
  return text.substr(line_end == std::string::npos ? excess : line_end + 1);
}

void PowerShellChild::read_output() {
  process_.out().async_read_some(asio::buffer(output_piece_), [this](error_code error, std::size_t length) {
    output_.append(output_piece_.data(), length);
    take_lines();
    if (!error) {
      return read_output();
    }
    output_ended_ = true;
    // Complete but for its line end, or cut off: both are an answer.
    take_line(std::exchange(output_, {}));
    see_end();
  });
}

void PowerShellChild::read_errors() {
  process_.err().async_read_some(asio::buffer(errors_piece_), [this](error_code error, std::size_t length) {
    errors_.append(errors_piece_.data(), length);
    if (errors_.size() > 2 * most_error_bytes) {
      errors_.erase(0, errors_.size() - most_error_bytes);
    }
    if (!error) {
      return read_errors();
    }
    errors_ended_ = true;
    see_end();
  });
}

void PowerShellChild::take_lines() {
  std::size_t begin = 0;
  for (std::size_t end = output_.find('\n', scanned_); end != std::string::npos; end = output_.find('\n', begin)) {
    take_line(std::string_view(output_).substr(begin, end - begin));
    begin = end + 1;
  }
  output_.erase(0, begin);
  scanned_ = output_.size();
  if (scanned_ > most_line_bytes) {
    finish(ExchangeEnd::too_much);
  }
}

void PowerShellChild::take_line(std::string_view line) {
  auto answer = read_answer(line);
  if (answer && answer_) {
    answered_too_often_ = true;
  } else if (answer) {
    answer_ = std::move(answer);
    finish(ExchangeEnd::answered);
  }
}

void PowerShellChild::begin_deadline(double seconds) {
  deadline_.expires_after(seconds_long(seconds));
  deadline_.async_wait([this, number = exchanges_ + 1](error_code error) {
    if (!error && number == exchanges_) {
      finish(ExchangeEnd::deadline);
    }
  });
}

void PowerShellChild::see_end() {
  if (output_ended_ && errors_ended_ && exit_code_) {
    return finish(ExchangeEnd::ended);
  }
  if (output_ended_ || exit_code_) {
    drained_.expires_after(time_to_see_the_end);
    drained_.async_wait([this](error_code error) {
      if (!error) {
        finish(ExchangeEnd::ended);
      }
    });
  }
}

void PowerShellChild::finish(ExchangeEnd end) {
  if (!end_) {
    end_ = end;
  }
}

}  // namespace tbx
