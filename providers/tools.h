// External programs: started with an argument vector, a deadline each, and a capped output. Never through a shell.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/error.h"
#include "providers/command_output.h"

namespace tbx {

/// What a call does to the world decides what is known of it when it is cut off.
enum class ToolEffect {
  looks,    ///< changes nothing: cut off, it may simply be made again
  changes,  ///< cut off, its outcome is unknown
};

/// Beside what a tool inherits; without a value: not inherited.
using ToolEnvironment = std::map<std::string, std::optional<std::string>>;

struct ToolCall {
  std::string tool;                    ///< "talosctl"; where it is, Tools knows
  std::vector<std::string> arguments;  ///< never a secret: everybody on the machine can read them
  std::string input = {};              ///< for its stdin
  ToolEnvironment environment = {};
  double deadline_seconds = 30;
  ToolEffect effect = ToolEffect::looks;
  /// Asked to end before it is killed, since killed it leaves a lock behind (Helm).
  bool ends_gently = false;
};

/// Starts programs. Used by several threads at once.
class Tools {
 public:
  virtual ~Tools() = default;
  /// What it printed, whatever its exit code. Errors: rejected (it is not there, or can't be started), timed_out and
  /// cancelled (it was cut off, and only looked), outcome_unknown (it was cut off, and may have changed something),
  /// malformed_answer (it prints without end).
  virtual Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) = 0;
};

/// For calls to machines on our own switch, which no proxy reaches; without colours.
ToolEnvironment without_proxies();

/// The command as somebody would type it: "talosctl -n 10.77.0.11 get machinestatus".
std::string command_line(const ToolCall& call);

}  // namespace tbx
