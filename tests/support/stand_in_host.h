// A Windows host that is none: tbx's real scripts, run by a real PowerShell engine, against modules that keep state.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/environment_variable.h"

namespace tbx::test {

/// The engine that TBX_POWERSHELL names, or the one beside this project's folder where it is there. Empty: none.
std::filesystem::path powershell_engine();

/// Why a test is skipped that needs one.
inline constexpr const char* no_powershell_engine =
    "no PowerShell engine that knows Windows' drives: name one in TBX_POWERSHELL";

/// For as long as it lives, tbx's PowerShell is that of a host of its own, whose state and drives lie in `folder`.
/// Pre: there is an engine.
class StandInHost {
 public:
  explicit StandInHost(const std::filesystem::path& folder);

  /// Runs tests/hyperv_host/control.ps1, and gives what it prints; fails the test when it fails.
  std::string control(const std::vector<std::string>& words) const;

  /// Runs tests/hyperv_host/selfcheck.ps1: whether the host keeps the rules of a real one. Pre: nothing was made on it.
  std::string selfcheck() const;

  /// For a quiet switch: of this process alone.
  static std::string own_loopback_address();

  /// The drive C: as a folder of this machine.
  std::filesystem::path drive() const { return folder_ / "drives" / "C"; }

  struct Request {
    std::string script;
    nlohmann::json arguments;
  };
  /// What tbx asked so far, in order, but for the empty script that each PowerShell begins with.
  std::vector<Request> requests() const;
  /// One for each PowerShell that tbx started so far.
  std::vector<std::string> command_lines() const;
  void forget_requests() const;

  /// The next PowerShell kills who started it once it was sent so many lines, and does what the last one says: tbx
  /// hears no more of it. The first line is the empty script.
  void kill_asker_after(int lines) const;
  /// Until the PowerShell that was started last has ended. Pre: whoever started it has, too.
  void await_rest() const;
  /// As if nothing had ever been made on it, but for the boot images.
  void reset() const;
  /// These variables, NAME=VALUE, and no others, are set for its PowerShells from now on.
  void set_environment(const std::vector<std::string>& assignments) const;
  /// What its PowerShells print from now on stands in this file, too; without CLIXML, which would hold traces.
  std::filesystem::path keep_output() const;

 private:
  static std::filesystem::path program_in(const std::filesystem::path& folder);
  std::string run(const std::string& script, const std::vector<std::string>& words, double deadline_seconds) const;

  std::filesystem::path folder_;
  EnvironmentVariable powershell_;
  EnvironmentVariable control_;
};

}  // namespace tbx::test
