// Tables of Markdown files, which tests read, and words in their cells.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tbx::test {

/// The cells of each row below the line of dashes, without the blanks around them.
std::vector<std::vector<std::string>> rows_of_table(const std::filesystem::path& file);

/// Parted at `mark`, without the blanks around each; one that is empty is left out, unless it is the only one.
std::vector<std::string> parts_of(const std::string& text, char mark);

/// Words of a line, of which those with blanks stand between double quotes.
std::vector<std::string> quoted_words_of(const std::string& line);

}  // namespace tbx::test
