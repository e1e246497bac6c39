// The one file that starts a process.
#include "providers/local_tools.h"

// Boost.Process v2 of Boost 1.81 wants Asio first, and its sources in one place of the program.
#define BOOST_PROCESS_V2_SEPARATE_COMPILATION
#include <boost/asio.hpp>
#include <boost/process/v2.hpp>
#include <boost/process/v2/src.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>

#ifndef _WIN32
#include <spawn.h>
#endif

#include <fmt/format.h>

#include "specs/load.h"

namespace tbx {

namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

/// No tool has that much to say; what has would fill the memory.
constexpr std::size_t most_output_bytes = 256U << 20U;
constexpr auto time_to_end = std::chrono::seconds(10);
/// For a grandchild that holds a pipe open when its parent is gone.
constexpr auto time_to_drain = std::chrono::seconds(1);

/// A tool that ends without having read all of its input makes a write fail, and is no reason for tbx to die.
class WithoutBrokenPipes {
 public:
#ifdef _WIN32
  WithoutBrokenPipes() {}
#else
  WithoutBrokenPipes() {
    ::sigemptyset(&broken_pipe_);
    ::sigaddset(&broken_pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
  }
  ~WithoutBrokenPipes() {
    const timespec no_time{};
    if (::sigismember(&before_, SIGPIPE) == 0) {
      ::sigtimedwait(&broken_pipe_, nullptr, &no_time);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t broken_pipe_;
  sigset_t before_;

 public:
#endif
  WithoutBrokenPipes(const WithoutBrokenPipes&) = delete;
  WithoutBrokenPipes& operator=(const WithoutBrokenPipes&) = delete;
};

/// "KEY=value" of everything that the child is to have.
std::vector<std::string> environment_of(const ToolCall& call) {
  std::vector<std::string> environment;
  for (const auto& entry : process::environment::current()) {
    std::string key = entry.key().string();
    if (!call.environment.contains(key)) {
      environment.push_back(key + "=" + entry.value().string());
    }
  }
  for (const auto& [key, value] : call.environment) {
    if (value) {
      environment.push_back(key + "=" + *value);
    }
  }
  return environment;
}

/// Our ends of a child's pipes.
struct Pipes {
  asio::writable_pipe in;
  asio::readable_pipe out;
  asio::readable_pipe err;
};

// In a group of its own: a Ctrl-C at the terminal is for tbx alone, and what runs is finished.
#ifdef _WIN32
process::process start(asio::io_context& context, const std::filesystem::path& program, const ToolCall& call,
                       Pipes& pipes) {
  return process::process(context, boost::filesystem::path(program.native()), call.arguments,
                          process::process_stdio{pipes.in, pipes.out, pipes.err},
                          process::process_environment{environment_of(call)},
                          process::windows::process_creation_flags<CREATE_NEW_PROCESS_GROUP>{});
}
#else
void must_be_zero(int error_number) {
  if (error_number != 0) {
    throw boost::system::system_error(error_number, boost::system::system_category());
  }
}

/// Which descriptors the child has: its ends of the pipes, and no other.
class ChildDescriptors {
 public:
  ChildDescriptors() { must_be_zero(::posix_spawn_file_actions_init(&actions_)); }
  ~ChildDescriptors() { ::posix_spawn_file_actions_destroy(&actions_); }
  ChildDescriptors(const ChildDescriptors&) = delete;
  ChildDescriptors& operator=(const ChildDescriptors&) = delete;

  void become(int descriptor, int standard) {
    must_be_zero(::posix_spawn_file_actions_adddup2(&actions_, descriptor, standard));
  }
  void close_others() { must_be_zero(::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1)); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A process group of its own, and no signal blocked.
class ChildAttributes {
 public:
  ChildAttributes() {
    must_be_zero(::posix_spawnattr_init(&attributes_));
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  }
  ~ChildAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  ChildAttributes(const ChildAttributes&) = delete;
  ChildAttributes& operator=(const ChildAttributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// By posix_spawn: Boost's own launcher allocates memory between fork and exec, where a lock that another thread held
/// at the fork stays locked for ever, and no deadline has begun.
process::process start(asio::io_context& context, const std::filesystem::path& program, const ToolCall& call,
                       Pipes& pipes) {
  asio::readable_pipe in(context);
  asio::writable_pipe out(context);
  asio::writable_pipe err(context);
  asio::connect_pipe(in, pipes.in);
  asio::connect_pipe(pipes.out, out);
  asio::connect_pipe(pipes.err, err);
  ChildDescriptors descriptors;
  descriptors.become(in.native_handle(), STDIN_FILENO);
  descriptors.become(out.native_handle(), STDOUT_FILENO);
  descriptors.become(err.native_handle(), STDERR_FILENO);
  descriptors.close_others();
  std::vector<std::string> words = call.arguments;
  words.insert(words.begin(), program.native());
  std::vector<std::string> environment = environment_of(call);
  pid_t id = 0;
  must_be_zero(::posix_spawn(&id, program.c_str(), descriptors.get(), ChildAttributes().get(),
                             pointers_to(words).data(), pointers_to(environment).data()));
  return process::process(context.get_executor(), id);
}
#endif

enum class CutOff { no, deadline, cancelled, output };

/// One child, from its start to its end.
class Child {
 public:
  Child(const ToolCall& call, const std::filesystem::path& program)
      : call_(call),
        pipes_{asio::writable_pipe(context_), asio::readable_pipe(context_), asio::readable_pipe(context_)},
        deadline_(context_),
        last_call_(context_),
        process_(start(context_, program, call, pipes_)) {}

  CommandOutput run(std::stop_token stop) {
    read(pipes_.out, output_.out);
    read(pipes_.err, output_.err);
    asio::async_write(pipes_.in, asio::buffer(call_.input), [this](error_code, std::size_t) { close(pipes_.in); });
    process_.async_wait([this](error_code, int exit_code) { ended(exit_code); });
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
  bool was_killed() const {
#ifdef _WIN32
    return false;
#else
    return WIFSIGNALED(process_.native_exit_code());
#endif
  }

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
    error_code ignored;
    if (!call_.ends_gently) {
      return process_.terminate(ignored);
    }
    process_.request_exit(ignored);
    last_call_.expires_after(time_to_end);
    last_call_.async_wait([this](error_code error) {
      error_code nothing;
      if (!error && !has_ended_) {
        process_.terminate(nothing);
      }
    });
  }

  void ended(int exit_code) {
    has_ended_ = true;
    output_.exit_code = exit_code;
    deadline_.cancel();
    close(pipes_.in);
    last_call_.expires_after(time_to_drain);
    last_call_.async_wait([this](error_code error) {
      if (!error) {
        close(pipes_.out);
        close(pipes_.err);
      }
    });
    finish_when_drained();
  }

  /// Without the timer that waits for a grandchild.
  void finish_when_drained() {
    if (has_ended_ && !pipes_.out.is_open() && !pipes_.err.is_open()) {
      last_call_.cancel();
    }
  }

  const ToolCall& call_;
  asio::io_context context_;
  Pipes pipes_;
  asio::steady_timer deadline_;
  asio::steady_timer last_call_;
  process::process process_;
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
  return process::environment::find_executable(tool).native();
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
