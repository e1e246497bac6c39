// What is wrong with an input, said to a person who is going to mend it.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specs/source.h"

namespace tbx {

struct Problem {
  enum Severity { error, warning };
  std::string file;
  int line = 0;         ///< counts from 1; 0: about the file as a whole
  int column = 0;       ///< counts from 1, in characters
  std::string path;     ///< JSON pointer, such as /spec/workers/memory; empty where there is none
  std::string message;  ///< what happened, to what, and what to do
  Severity severity = error;
  bool operator==(const Problem&) const = default;
};

/// The texts that problems point into, by the name under which they are shown.
using Sources = std::map<std::string, std::shared_ptr<const Source>>;

Problem make_problem(const Source& source, Position position, std::string path, std::string message,
                     Problem::Severity severity = Problem::error);

bool has_errors(std::span<const Problem> problems);

/// In the order of the files as first named, then of lines and columns; exact repetitions go.
void sort_problems(std::vector<Problem>& problems, std::string_view first_file);

/// `file:line:column: error: message`, then the line and a caret below it, for each problem.
std::string format_problems(std::span<const Problem> problems, const Sources& sources);

/// User text inside a message: in double quotes, shortened, without control characters.
std::string in_quotes(std::string_view text);

}  // namespace tbx
