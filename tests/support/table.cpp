#include "tests/support/table.h"

#include <fstream>
#include <iomanip>
#include <sstream>

namespace tbx::test {

namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::vector<std::vector<std::string>> rows_of_table(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::vector<std::vector<std::string>> rows;
  bool is_below = false;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with('|')) continue;
    if (line.starts_with("|-")) {
      is_below = true;
    } else if (is_below) {
      std::vector<std::string> cells;
      std::istringstream text(line.substr(1));
      for (std::string cell; std::getline(text, cell, '|');) cells.push_back(trimmed(cell));
      rows.push_back(std::move(cells));
    }
  }
  return rows;
}

std::vector<std::string> parts_of(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, mark);) {
    if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  }
  if (parts.empty()) parts.emplace_back();
  return parts;
}

std::vector<std::string> quoted_words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  // A backslash is one: Windows' paths have them.
  for (std::string word; stream >> std::quoted(word, '"', '\0');) words.push_back(word);
  return words;
}

}  // namespace tbx::test
