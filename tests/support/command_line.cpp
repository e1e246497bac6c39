// Streams of text instead of the process' own.
#include "tests/support/command_line.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <sstream>

#include "cli/run.h"
#include "tests/support/lab.h"

namespace tbx::test {
namespace {

std::filesystem::path new_folder() {
  static std::atomic<int> count{0};
  const std::string name = "tbx_test_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) + "_" +
                           std::to_string(reinterpret_cast<std::uintptr_t>(&count)) + "_";
  for (;;) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / (name + std::to_string(count++));
    if (std::filesystem::create_directories(folder)) return folder;
  }
}

}  // namespace

CommandResult run_tbx(const std::vector<std::string>& words, const std::string& input, Stage stage) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const Terminal terminal{
      .is_terminal = stage == Stage::terminal, .colour = false, .live = false, .unicode = stage == Stage::terminal};
  Streams streams{.in = in,
                  .out = out,
                  .err = err,
                  .in_is_terminal = stage == Stage::terminal,
                  .out_terminal = terminal,
                  .err_terminal = terminal,
                  .fixed_width = 80};
  const ExitCode code = run(words, streams);
  return {.code = static_cast<int>(code), .out = out.str(), .err = err.str()};
}

std::unique_ptr<Lab> CommandTest::lab_;

CommandTest::CommandTest() : before_(std::filesystem::current_path()), folder_(new_folder()) {
  std::filesystem::current_path(folder_);
  if (Lab::is_asked_for()) lab_ = std::make_unique<Lab>();
}

CommandTest::~CommandTest() {
  lab_.reset();
  std::error_code ignored;
  std::filesystem::current_path(before_, ignored);
  std::filesystem::remove_all(folder_, ignored);
}

void CommandTest::write(const std::string& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
}

std::string CommandTest::read(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

CommandResult CommandTest::expect(int code, const std::string& line, const std::string& input, Stage stage) {
  const std::vector<std::string> words = words_of(line);
  const bool in_lab = lab_ && std::ranges::find(words, "w.json") != words.end();
  const CommandResult result = in_lab ? lab_->run(words, code, input, stage) : run_tbx(words, input, stage);
  EXPECT_EQ(result.code, code) << "tbx " << line << "\n--- stdout\n" << result.out << "--- stderr\n" << result.err;
  return result;
}

testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no \"" << part << "\" in:\n" << text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

}  // namespace tbx::test
