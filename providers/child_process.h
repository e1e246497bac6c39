// The one place that starts processes: an argument vector, an environment, and three pipes. Never through a shell.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>

namespace tbx {

/// Beside what a child inherits; without a value: not inherited.
using ChildEnvironment = std::map<std::string, std::optional<std::string>>;

/// What is to be started.
struct ProgramStart {
  std::filesystem::path program;       ///< a file, not a name to be searched for
  std::vector<std::string> arguments;  ///< without the program itself
  ChildEnvironment environment = {};
};

/// A running program, and our ends of its pipes. In a group of its own: a Ctrl-C at the terminal is for tbx alone.
/// Not for several threads at once; its events come while somebody runs the context.
class ChildProcess {
 public:
  /// Starts it. Throws boost::system::system_error where that can't be done. `context` outlives it.
  ChildProcess(boost::asio::io_context& context, const ProgramStart& what);
  /// Kills it where it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  boost::asio::writable_pipe& in() { return in_; }
  boost::asio::readable_pipe& out() { return out_; }
  boost::asio::readable_pipe& err() { return err_; }

  /// Calls `ended` with the exit code once it has ended; asked for once.
  void on_end(std::function<void(int exit_code)> ended);
  /// Nothing happens where it has ended already.
  void terminate();
  /// Asks it to end, which it may take its time for.
  void request_exit();
  /// By a signal; after its end.
  bool was_killed() const;

 private:
  struct Handle;

  boost::asio::writable_pipe in_;
  boost::asio::readable_pipe out_;
  boost::asio::readable_pipe err_;
  std::unique_ptr<Handle> handle_;
};

/// Around everything that writes to a child: one that ends without having read its input makes a write fail, and is no
/// reason for tbx to die. For the thread that makes it.
class WithoutBrokenPipes {
 public:
  WithoutBrokenPipes();
  ~WithoutBrokenPipes();
  WithoutBrokenPipes(const WithoutBrokenPipes&) = delete;
  WithoutBrokenPipes& operator=(const WithoutBrokenPipes&) = delete;

 private:
  struct Signals;
  std::unique_ptr<Signals> signals_;
};

/// Where the PATH has a program; empty: nowhere.
std::filesystem::path find_in_path(const std::string& name);

}  // namespace tbx
