// The lab of tests/lab around a test: real talosctl, kubectl and helm, and what runs in the machines of the world.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/command_result.h"

namespace tbx::test {

/// Runs a test's commands in two worlds beside each other: the embedded one in `twin/`, and in `lab/` the lab, for
/// which Hyper-V alone is simulated. Both start from the test's files, and whenever a plan of the lab is empty, what is
/// observed there has to be what is observed in the other.
class Lab {
 public:
  /// Whether TBX_LAB_BIN names the folder of the lab's programs (scripts/lab_tools.sh).
  static bool is_asked_for();

  /// In the working folder, which is the test's own.
  Lab();
  /// Checks the lab's log of calls, and ends it.
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// What `tbx` says in the lab. A command that changes something is run in the twin, too, and has to end with `code`
  /// there as well.
  CommandResult run(std::vector<std::string> words, int code, const std::string& input, Stage stage);

  /// The command lines of all tools that tbx started so far, such as "kubectl get nodes -o json".
  static std::vector<std::string> processes();
  /// Asks the lab for something on its control socket, such as "/hang?node=ha-worker-01".
  void post(const std::string& target);

 private:
  class Process;

  void start();
  std::string disturb(const std::string& verb, const std::vector<std::string>& arguments);
  void expect_same_observed();

  std::unique_ptr<Process> process_;
  std::vector<std::string> alarmed_;  ///< nodes whose etcd has an alarm
};

}  // namespace tbx::test
