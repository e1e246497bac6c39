// Runs whole commands in this process, in an empty folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/exit_code.h"
#include "tests/support/words.h"

namespace tbx::test {

struct CommandResult {
  int code = 0;
  std::string out;
  std::string err;
};

enum class Stage { log, terminal };

/// `input`: what somebody types. On a terminal it is 80 columns wide, without colour, and lines are not drawn over.
CommandResult run_tbx(const std::vector<std::string>& words, const std::string& input = "", Stage stage = Stage::log);

/// A test in a folder of its own, which is the working folder meanwhile.
class CommandTest : public testing::Test {
 protected:
  CommandTest();
  ~CommandTest() override;
  CommandTest(const CommandTest&) = delete;
  CommandTest& operator=(const CommandTest&) = delete;

  static void write(const std::string& file, const std::string& text);
  static std::string read(const std::string& file);
  static bool exists(const std::string& file) { return std::filesystem::exists(file); }
  /// Runs and expects this exit code; shows the output otherwise.
  static CommandResult expect(int code, const std::string& line, const std::string& input = "",
                              Stage stage = Stage::log);

 private:
  std::filesystem::path before_;
  std::filesystem::path folder_;
};

/// Whether `text` contains `part`, with both in the message when not.
testing::AssertionResult contains(const std::string& text, const std::string& part);

/// The text with the first `from` replaced; fails the test when there is none.
std::string replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace tbx::test
