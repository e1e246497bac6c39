// The rules themselves; what a function is, is found in tidy_functions.cpp.
#include "tests/support/tidy_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>

namespace tbx::tidy {
namespace {

constexpr int header_lines_max = 149;
constexpr int source_lines_max = 499;
constexpr int function_lines_max = 70;
constexpr int line_columns_max = 120;

struct Library {
  std::string_view include;               ///< how its includes start
  std::vector<std::string_view> folders;  ///< where it may be included
  bool one_file = false;                  ///< and there in a single file
};

/// Heavy to compile, or nobody else's business.
const std::array<Library, 6>& libraries() {
  static const std::array<Library, 6> all{
      Library{"valijson/", {"specs/"}, true},
      Library{"boost/graph/", {"engine/"}, true},
      Library{"boost/beast/", {"providers/access/"}, true},
      Library{"boost/process/", {"providers/child_process.cpp", "tests/"}, false},
      Library{"CLI/", {"cli/"}, true},
      Library{"yaml-cpp/", {"specs/", "providers/talos/", "tests/"}, false},
  };
  return all;
}

struct Include {
  int line = 0;
  std::string path;
  bool quoted = false;
};

struct File {
  std::string_view path;
  std::string_view text;
  std::vector<std::string_view> lines;
  bool is_header = false;
};

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Columns as a reader sees them: the bytes that continue a UTF-8 character don't count.
int columns(std::string_view line) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<int>(std::count_if(line.begin(), line.end(), starts));
}

/// "specs", "engine", "providers", "providers/sim", "cli", "tests", or the first folder of another path.
std::string_view layer_of(std::string_view path) {
  const auto first = path.substr(0, std::min(path.find('/'), path.size()));
  if (first != "providers") return first;
  const auto second = path.find('/', first.size() + 1);
  return second == std::string_view::npos ? first : path.substr(0, second);
}

int rank_of(std::string_view layer) {
  static constexpr std::array<std::string_view, 5> order{"specs", "engine", "providers", "cli", "tests"};
  const auto first = layer.substr(0, std::min(layer.find('/'), layer.size()));
  return static_cast<int>(std::find(order.begin(), order.end(), first) - order.begin());
}

bool may_include(std::string_view from, std::string_view to) {
  if (rank_of(from) != rank_of(to)) return rank_of(from) > rank_of(to);
  return from == to || (from.starts_with("providers/") && to == "providers");
}

std::vector<Include> includes_of(const File& file) {
  static const std::regex pattern(R"(^ *# *include *([<"])([^>"]+)[>"].*$)");
  std::vector<Include> found;
  const auto code = code_only(file.text);
  const auto code_lines = split_lines(code);
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::match_results<std::string_view::const_iterator> match;
    // Inside a literal a directive is only text: there the code shows blanks.
    if (code_lines[i].find('#') == std::string_view::npos) continue;
    if (!std::regex_match(file.lines[i].begin(), file.lines[i].end(), match, pattern)) continue;
    found.push_back({static_cast<int>(i) + 1, match[2].str(), match[1].str() == "\""});
  }
  return found;
}

class Checker {
 public:
  void check_file(const File& file) {
    check_size(file);
    check_lines(file);
    check_functions(file);
    if (file.is_header) check_header(file);
    for (const auto& include : includes_of(file)) {
      check_direction(file, include);
      check_library(file, include);
    }
  }

  void check_readme(const SourceTree& tree, const std::string& folder) {
    if (!tree.contains(folder + "/README.md")) add(folder, 1, "readme", "the folder has no README.md");
  }

  std::vector<Violation> take() { return std::move(found_); }

 private:
  void add(std::string_view file, int line, std::string rule, std::string message) {
    found_.push_back({std::string(file), line, std::move(rule), std::move(message)});
  }

  void check_size(const File& file) {
    const auto lines = static_cast<int>(file.lines.size());
    const int most = file.is_header ? header_lines_max : source_lines_max;
    const auto* rule = file.is_header ? "header-size" : "source-size";
    if (lines > most)
      add(file.path, lines, rule, fmt::format("{} lines, at most {} are allowed: split it by noun", lines, most));
  }

  void check_lines(const File& file) {
    // Written so that this file does not break its own rule.
    static const std::regex unfinished(
        "\\b(TO"
        "DO|FIX"
        "ME|X"
        "XX)\\b");
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto text = file.lines[i];
      const auto line = static_cast<int>(i) + 1;
      if (columns(text) > line_columns_max) {
        add(file.path, line, "line-length",
            fmt::format("{} columns, at most {} are allowed", columns(text), line_columns_max));
      }
      if (text.find('\t') != std::string_view::npos)
        add(file.path, line, "tab", "indent with spaces; in a literal write \\t");
      if (text.ends_with('\r')) add(file.path, line, "line-end", "carriage return at the end of the line");
      if (std::regex_search(text.begin(), text.end(), unfinished)) {
        add(file.path, line, "unfinished", "a mark of unfinished work: finish it or file an issue");
      }
    }
    if (!file.text.ends_with('\n'))
      add(file.path, static_cast<int>(file.lines.size()), "final-newline", "no newline at the end");
  }

  void check_functions(const File& file) {
    for (const auto& function : functions_of(file.text)) {
      const int lines = function.last_line - function.first_line + 1;
      if (lines <= function_lines_max) continue;
      add(file.path, function.first_line, "function-size",
          fmt::format("{} lines, at most {} are allowed: {}", lines, function_lines_max, function.head));
    }
  }

  void check_header(const File& file) {
    if (file.lines.empty() || !file.lines.front().starts_with("// ")) {
      add(file.path, 1, "first-line-comment", "the first line must say in a comment what the file is for");
    }
    if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end()) {
      add(file.path, 1, "pragma-once", "the header has no #pragma once");
    }
  }

  void check_direction(const File& file, const Include& include) {
    if (!include.quoted) return;
    const auto from = layer_of(file.path);
    const auto to = layer_of(include.path);
    if (rank_of(to) == rank_of("?")) {
      add(file.path, include.line, "include-path",
          fmt::format("\"{}\": name our own headers from the root", include.path));
    } else if (!may_include(from, to)) {
      add(file.path, include.line, "include-direction",
          fmt::format("{} may not include {} (\"{}\")", from, to, include.path));
    }
  }

  void check_library(const File& file, const Include& include) {
    for (const auto& library : libraries()) {
      if (!include.path.starts_with(library.include)) continue;
      const auto allowed = [&](std::string_view folder) { return file.path.starts_with(folder); };
      if (std::none_of(library.folders.begin(), library.folders.end(), allowed)) {
        add(file.path, include.line, "library-place",
            fmt::format("<{}> belongs in {}", include.path, fmt::join(library.folders, ", ")));
        continue;
      }
      const auto [first, is_new] = user_.try_emplace(library.include, file.path);
      if (library.one_file && !is_new && first->second != file.path) {
        add(file.path, include.line, "library-place",
            fmt::format("<{}> is already included by {}: one file only", include.path, first->second));
      }
    }
  }

  std::map<std::string_view, std::string_view> user_;  ///< the first file that includes a library
  std::vector<Violation> found_;
};

}  // namespace

std::string to_string(const Violation& violation) {
  return fmt::format("{}:{}: {}: {}", violation.file, violation.line, violation.rule, violation.message);
}

std::vector<Violation> check_tree(const SourceTree& tree) {
  Checker checker;
  std::set<std::string> folders;
  for (const auto& [path, text] : tree) {
    const auto layer = layer_of(path);
    if (rank_of(layer) == rank_of("?")) continue;
    if (layer != "providers") folders.insert(std::string(layer));
    const bool is_header = path.ends_with(".h");
    if (is_header || path.ends_with(".cpp")) checker.check_file({path, text, split_lines(text), is_header});
  }
  for (const auto& folder : folders) checker.check_readme(tree, folder);
  return checker.take();
}

}  // namespace tbx::tidy
