// Runs whole commands in this process, in an empty folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/exit_code.h"
#include "tests/support/command_result.h"
#include "tests/support/words.h"

namespace tbx::test {

class Lab;

/// A test in a folder of its own, which is the working folder meanwhile. Where the lab is asked for
/// (tests/support/lab.h), the commands of `expect` that name the world `w.json` run there.
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

  /// Null: the commands run in the embedded world alone.
  static Lab* the_lab() { return lab_.get(); }

 private:
  static std::unique_ptr<Lab> lab_;
  std::filesystem::path before_;
  std::filesystem::path folder_;
};

/// Whether `text` contains `part`, with both in the message when not.
testing::AssertionResult contains(const std::string& text, const std::string& part);

/// The text with the first `from` replaced; fails the test when there is none.
std::string replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace tbx::test
