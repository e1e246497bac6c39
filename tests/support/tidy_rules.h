// The law of the source tree, as pure functions over text: tests/tidy_test.cpp applies it to the real tree and to
// planted faults.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tbx::tidy {

/// Paths relative to the root, with forward slashes, and the text of each file.
using SourceTree = std::map<std::string, std::string>;

struct Violation {
  std::string file;
  int line = 1;
  std::string rule;  ///< such as "include-direction"
  std::string message;
  bool operator==(const Violation&) const = default;
};

/// "specs/a.h:3: tab: ..."
std::string to_string(const Violation& violation);

struct Function {
  std::string head;  ///< its text up to the body, on one line
  int first_line = 0;
  int last_line = 0;
};

/// The text with comments and the insides of literals turned into spaces; line ends and preprocessor directives stay.
std::string code_only(std::string_view text);

/// All functions with a body outside any other function, in order; a TEST counts as one.
std::vector<Function> functions_of(std::string_view text);

/// All rules for all C++ files of the tree; other files only count as being there.
std::vector<Violation> check_tree(const SourceTree& tree);

}  // namespace tbx::tidy
