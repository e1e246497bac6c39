#include "providers/child_process.h"

// Boost.Process v2 of Boost 1.81 wants Asio first, and up to 1.86 its sources in one place of the program; from 1.87 on
// it is a library.
#if __has_include(<boost/process/v2/src.hpp>)
#define BOOST_PROCESS_V2_SEPARATE_COMPILATION
#endif
#include <boost/asio.hpp>
#include <boost/process/v2.hpp>
#ifdef BOOST_PROCESS_V2_SEPARATE_COMPILATION
#include <boost/process/v2/src.hpp>
#endif

#include <csignal>

#ifdef _WIN32
#include <boost/process/v2/windows/creation_flags.hpp>
#else
#include <spawn.h>
#endif

namespace tbx {

namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

/// As the system compares them: for Windows PATH and Path are one.
bool has_key(const ChildEnvironment& wanted, const process::environment::key_view& key) {
  return std::ranges::any_of(wanted, [&](const auto& each) { return process::environment::key(each.first) == key; });
}

/// "KEY=value" of everything that the child is to have.
std::vector<std::string> environment_of(const ChildEnvironment& wanted) {
  std::vector<std::string> environment;
  for (const auto& entry : process::environment::current()) {
    if (!has_key(wanted, entry.key())) {
      environment.push_back(entry.key().string() + "=" + entry.value().string());
    }
  }
  for (const auto& [key, value] : wanted) {
    if (value) {
      environment.push_back(key + "=" + *value);
    }
  }
  return environment;
}

/// Our ends of a child's pipes.
struct Pipes {
  asio::writable_pipe& in;
  asio::readable_pipe& out;
  asio::readable_pipe& err;
};

#ifdef _WIN32
process::process start(asio::io_context& context, const ProgramStart& what, Pipes pipes) {
  return process::process(context, boost::filesystem::path(what.program.native()), what.arguments,
                          process::process_stdio{pipes.in, pipes.out, pipes.err},
                          process::process_environment{environment_of(what.environment)},
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
process::process start(asio::io_context& context, const ProgramStart& what, Pipes pipes) {
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
  std::vector<std::string> words = what.arguments;
  words.insert(words.begin(), what.program.native());
  std::vector<std::string> environment = environment_of(what.environment);
  pid_t id = 0;
  must_be_zero(::posix_spawn(&id, what.program.c_str(), descriptors.get(), ChildAttributes().get(),
                             pointers_to(words).data(), pointers_to(environment).data()));
  return process::process(context.get_executor(), id);
}
#endif

}  // namespace

struct ChildProcess::Handle {
  process::process process;
};

ChildProcess::ChildProcess(asio::io_context& context, const ProgramStart& what)
    : in_(context),
      out_(context),
      err_(context),
      handle_(std::make_unique<Handle>(Handle{start(context, what, {in_, out_, err_})})) {}

ChildProcess::~ChildProcess() = default;

void ChildProcess::on_end(std::function<void(int exit_code)> ended) {
  handle_->process.async_wait([ended = std::move(ended)](error_code, int exit_code) { ended(exit_code); });
}

void ChildProcess::terminate() {
  error_code ignored;
  handle_->process.terminate(ignored);
}

void ChildProcess::request_exit() {
  error_code ignored;
  handle_->process.request_exit(ignored);
}

bool ChildProcess::was_killed() const {
#ifdef _WIN32
  return false;
#else
  return WIFSIGNALED(handle_->process.native_exit_code());
#endif
}

#ifdef _WIN32
struct WithoutBrokenPipes::Signals {};
WithoutBrokenPipes::WithoutBrokenPipes() = default;
WithoutBrokenPipes::~WithoutBrokenPipes() = default;
#else
struct WithoutBrokenPipes::Signals {
  sigset_t broken_pipe;
  sigset_t before;
};

WithoutBrokenPipes::WithoutBrokenPipes() : signals_(std::make_unique<Signals>()) {
  ::sigemptyset(&signals_->broken_pipe);
  ::sigaddset(&signals_->broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals_->broken_pipe, &signals_->before);
}

WithoutBrokenPipes::~WithoutBrokenPipes() {
  const timespec no_time{};
  if (::sigismember(&signals_->before, SIGPIPE) == 0) {
    ::sigtimedwait(&signals_->broken_pipe, nullptr, &no_time);
  }
  ::pthread_sigmask(SIG_SETMASK, &signals_->before, nullptr);
}
#endif

std::filesystem::path find_in_path(const std::string& name) {
  return process::environment::find_executable(name).native();
}

}  // namespace tbx
