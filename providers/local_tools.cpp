#include "providers/local_tools.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>
#include <boost/asio.hpp>

#include "providers/child_process.h"
#include "specs/load.h"

namespace tbx {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// No tool has that much to say; what has would fill the memory.
constexpr std::size_t most_output_bytes = 256U << 20U;
constexpr auto time_to_end = std::chrono::seconds(10);
/// For a grandchild that holds a pipe open when its parent is gone.
constexpr auto time_to_drain = std::chrono::seconds(1);

enum class CutOff { no, deadline, cancelled, output };

/// One child, from its start to its end.
class Child {
 public:
  Child(const ToolCall& call, const std::filesystem::path& program)
      : call_(call),
        deadline_(context_),
        last_call_(context_),
        process_(context_, {program, call.arguments, call.environment}) {}

  CommandOutput run(std::stop_token stop) {
    read(process_.out(), output_.out);
    read(process_.err(), output_.err);
    asio::async_write(process_.in(), asio::buffer(call_.input),
                      [this](error_code, std::size_t) { close(process_.in()); });
    process_.on_end([this](int exit_code) { ended(exit_code); });
    deadline_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(std::max(call_.deadline_seconds, 0.0))));
    deadline_.async_wait([this](error_code error) {
      if (!error) {
        cut_off(CutOff::deadline);
      }
    });
    std::stop_callback on_stop(stop, [this] { asio::post(context_, [this] { cut_off(CutOff::cancelled); }); });
    context_.run();
    return std::move(output_);
  }

  CutOff why_cut_off() const { return cut_off_; }

  /// By a signal that is not ours.
  bool was_killed() const { return process_.was_killed(); }

 private:
  static void close(auto& pipe) {
    error_code ignored;
    pipe.close(ignored);
  }

  void read(asio::readable_pipe& pipe, std::string& text) {
    asio::async_read(pipe, asio::dynamic_buffer(text, most_output_bytes), asio::transfer_at_least(1),
                     [this, &pipe, &text](error_code error, std::size_t) {
                       if (text.size() >= most_output_bytes) {
                         cut_off(CutOff::output);
                       }
                       if (error) {
                         close(pipe);
                         finish_when_drained();
                       } else {
                         read(pipe, text);
                       }
                     });
  }

  void cut_off(CutOff why) {
    if (has_ended_ || cut_off_ != CutOff::no) {
      return;
    }
    cut_off_ = why;
    if (!call_.ends_gently) {
      return process_.terminate();
    }
    process_.request_exit();
    last_call_.expires_after(time_to_end);
    last_call_.async_wait([this](error_code error) {
      if (!error && !has_ended_) {
        process_.terminate();
      }
    });
  }

  void ended(int exit_code) {
    has_ended_ = true;
    output_.exit_code = exit_code;
    deadline_.cancel();
    close(process_.in());
    last_call_.expires_after(time_to_drain);
    last_call_.async_wait([this](error_code error) {
      if (!error) {
        close(process_.out());
        close(process_.err());
      }
    });
    finish_when_drained();
  }

  /// Without the timer that waits for a grandchild.
  void finish_when_drained() {
    if (has_ended_ && !process_.out().is_open() && !process_.err().is_open()) {
      last_call_.cancel();
    }
  }

  const ToolCall& call_;
  asio::io_context context_;
  asio::steady_timer deadline_;
  asio::steady_timer last_call_;
  ChildProcess process_;
  CommandOutput output_;
  CutOff cut_off_ = CutOff::no;
  bool has_ended_ = false;
};

/// "TBX_TALOSCTL"
std::string variable_of(const std::string& tool) {
  std::string name = "TBX_" + tool;
  std::ranges::transform(name, name.begin(), [](unsigned char letter) {
    return letter == '-' ? '_' : static_cast<char>(std::toupper(letter));
  });
  return name;
}

tl::unexpected<Error> not_there(const std::string& tool) {
  return failure(ErrorKind::rejected,
                 fmt::format("{0} is not there: install it, or name it in {1}", tool, variable_of(tool)));
}

/// What is known of a call that did not come to its end.
tl::unexpected<Error> cut_off_error(const ToolCall& call, CutOff why) {
  const bool changes = call.effect == ToolEffect::changes;
  const std::string what = command_line(call);
  switch (why) {
    case CutOff::deadline:
      return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::timed_out,
                     fmt::format("{} took longer than {:g} s", what, call.deadline_seconds));
    case CutOff::cancelled:
      return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::cancelled, what + " was stopped");
    case CutOff::output:
      return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::malformed_answer,
                     fmt::format("{} printed more than {} MiB", what, most_output_bytes >> 20U));
    case CutOff::no:
      break;
  }
  return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::unreachable, what + " was killed by somebody else");
}

bool needs_quotes(const std::string& word) {
  return word.empty() || word.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "%+,-./:=@_") != std::string::npos;
}

std::string quoted(const std::string& word) {
  if (!needs_quotes(word)) {
    return word;
  }
  std::string text = "'";
  for (char letter : word) {
    text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return text + "'";
}

}  // namespace

ToolEnvironment without_proxies() {
  ToolEnvironment environment;
  for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"}) {
    environment[name] = std::nullopt;
  }
  environment["NO_COLOR"] = "1";
  return environment;
}

std::string command_line(const ToolCall& call) {
  std::string line = call.tool;
  for (const std::string& argument : call.arguments) {
    line += ' ' + quoted(argument);
  }
  return line;
}

std::filesystem::path find_tool(const std::string& tool) {
  if (const char* named = std::getenv(variable_of(tool).c_str()); named != nullptr && *named != '\0') {
    return named;
  }
  return find_in_path(tool);
}

Result<CommandOutput> LocalTools::run(const ToolCall& call, std::stop_token stop) {
  if (stop.stop_requested()) {
    return failure(ErrorKind::cancelled, command_line(call) + " was stopped before it began");
  }
  std::filesystem::path program = find_tool(call.tool);
  if (program.empty()) {
    return not_there(call.tool);
  }
  WithoutBrokenPipes guard;
  try {
    Child child(call, program);
    CommandOutput output = child.run(std::move(stop));
    if (child.why_cut_off() != CutOff::no || child.was_killed()) {
      return cut_off_error(call, child.why_cut_off());
    }
    return output;
  } catch (const boost::system::system_error& error) {
    return failure(ErrorKind::rejected,
                   fmt::format("{} can't be started: {}", text_from_path(program), error.code().message()));
  }
}

}  // namespace tbx
