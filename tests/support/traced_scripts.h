// Single scripts of tbx on a stand-in host, in one PowerShell that tells which of their lines it executes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "providers/hyperv/local_powershell.h"
#include "tests/support/command_line.h"
#include "tests/support/stand_in_host.h"

namespace tbx::test {

/// The mark of a node of the cluster "lab".
std::string mark_of(const std::string& cluster_id, const std::string& node = "n1");

/// Scripts are asked about the node n1 of the cluster lab, whose ID is c1, with a root C:\\vm and two boot images.
class TracedScripts : public CommandTest {
 protected:
  /// Skips the test where there is no PowerShell engine.
  void SetUp() override;

  const StandInHost& host() const { return *host_; }
  void put(const std::string& file, const std::string& text) const;  ///< `file`: below the folder of drives
  bool is_there(const std::string& file) const;

  /// Any script text, which is not traced.
  nlohmann::json run(const std::string& script, nlohmann::json arguments = {});
  /// A verb of tests/hyperv_host/control.ps1, in the same PowerShell.
  void control(const std::vector<std::string>& words);

  /// What a script of tbx gave; {"thrown": TEXT} where it threw. `changed`: values in place of the usual ones.
  nlohmann::json ask(const std::string& script, const nlohmann::json& changed = {});
  nlohmann::json look(const nlohmann::json& changed = {}) { return ask("observe", changed); }
  /// The one word of the answer, or what was thrown.
  std::string say(const std::string& script, const nlohmann::json& changed = {});
  void expect_thrown(const std::string& part, const std::string& script, const nlohmann::json& changed = {});
  /// From now on this is the VM that is asked about.
  void know_machine(std::string id) { machine_id_ = std::move(id); }

  /// Of all lines of these scripts on which a statement begins, so many percent were executed, and of those that throw
  /// all; names the others. What they share is a script, too: "common". Gives how many lines there are.
  std::size_t expect_executed(double percent, const std::set<std::string>& scripts);
  static std::set<std::string> all_scripts_but(const std::string& one);

 private:
  std::optional<StandInHost> host_;
  std::optional<LocalPowerShell> shell_;
  std::filesystem::path trace_;
  std::string machine_id_ = "none";
};

}  // namespace tbx::test
