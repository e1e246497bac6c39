// A cluster file with secrets in it, in a value file and in a patch, and a folder for plans beside its own.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/support/command_line.h"

namespace tbx::test {

/// IDs of actions.
using Ids = std::multiset<std::string>;

/// The text with the first `from` replaced; fails the test when there is none.
std::string replaced(std::string text, const std::string& from, const std::string& to);

/// The actions that the first round of a journal started.
Ids first_round(const std::string& journal);

/// All actions of a plan's JSON.
Ids ids_of(const nlohmann::json& plan);

class SavedPlan : public CommandTest {
 protected:
  static const char* const spec;

  SavedPlan();

  /// plans/p.json
  static nlohmann::json plan_file();

  static void save();
  static void edit(const std::string& file, const std::string& from, const std::string& to);

  /// A cluster as its file says, and a plan that starts its worker again with other hardware.
  static void save_on_a_living_cluster();

  /// Refused with the exit code; the world is not touched. Returns what was said.
  static std::string refused(int code);

  /// As somebody would who knows how: the checksum fits again.
  static void write_with_checksum(nlohmann::json document);
};

}  // namespace tbx::test
