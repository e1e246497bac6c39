// A small cluster on a stand-in host: Hyper-V by tbx's own scripts, the rest simulated.
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "tests/support/command_line.h"
#include "tests/support/stand_in_host.h"

namespace tbx::test {

class HostedCluster : public CommandTest {
 protected:
  /// Skips the test where there is no PowerShell engine. Nothing is made yet.
  void SetUp() override;

  const StandInHost& host() const { return *host_; }
  static CommandResult tbx(int code, const std::string& line);
  /// One apply, and nothing is left.
  static void converge();
  /// One apply, or what it left when this process did the same before, under this name.
  static void converge_or_copy(const std::string& name);
  /// The host's part of what is observed.
  static nlohmann::json host_seen();

 private:
  std::optional<StandInHost> host_;
};

}  // namespace tbx::test
