// talosctl: its calls as argument vectors, and what became of them. The rules are in the README, from Talos' sources.
#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "providers/talos/failure.h"
#include "providers/tools.h"

namespace tbx {

/// Whom to ask: `endpoint` is dialled, and hands on to `nodes`, which are resolved as seen from there. A worker hands
/// nothing on: it is its own endpoint and only node.
struct TalosTarget {
  std::string endpoint;
  std::vector<std::string> nodes;
};

/// How many talosctl run at the same time in one look.
inline constexpr std::size_t calls_at_once = 8;

/// "talosctl get machinestatus on 10.77.0.11": begins the messages about a call.
std::string described(const ToolCall& call);

class Talosctl {
 public:
  /// `talosconfig` has to exist for every call but the insecure and the offline ones: talosctl would make an empty one.
  Talosctl(Tools& tools, std::filesystem::path talosconfig) : tools_(tools), talosconfig_(std::move(talosconfig)) {}

  ToolCall authenticated(const TalosTarget& target, std::vector<std::string> arguments) const;
  /// Maintenance mode: without a certificate, one machine a call, which is its own endpoint.
  static ToolCall insecure(const std::string& address, std::vector<std::string> arguments);
  static ToolCall offline(std::vector<std::string> arguments);

  /// Whatever its exit code; errors as Tools gives them.
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) { return tools_.run(call, stop); }
  /// Only exit code 0 is a success; else what stderr means.
  tl::expected<std::string, TalosFailure> ask(const ToolCall& call, std::stop_token stop = {});

  std::filesystem::path talosconfig() const;
  /// Calls from now on use this one.
  void use(std::filesystem::path talosconfig);

 private:
  Tools& tools_;
  mutable std::mutex mutex_;
  std::filesystem::path talosconfig_;
};

/// Seconds that a look waits for one call: a machine that does not answer costs two of them at most.
inline constexpr double talos_look_seconds = 15;

}  // namespace tbx
