// A cluster file with secrets in it, in a value file and in a patch, and a folder for plans beside its own.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/journal.h"

namespace tbx::test {

/// The actions that the first round of a journal started.
Ids first_round(const std::string& journal);

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
