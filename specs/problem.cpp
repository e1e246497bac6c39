#include "specs/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace tbx {
namespace {

constexpr int longest_excerpt = 100;
constexpr int tab_width = 4;

/// One character as it is shown: its bytes, and the columns that a terminal gives it.
struct Glyph {
  std::string bytes;
  int width = 1;
};

std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xF0) return 4;
  return first >= 0xE0 ? 3 : 2;
}

char32_t code_point_of(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes.front());
  char32_t code = static_cast<unsigned char>(bytes.front()) & (0x7FU >> bytes.size());
  for (char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

/// The widths that matter in practice: combining marks, East Asian wide forms and emoji.
int width_of(char32_t code) {
  if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) || code == 0xFEFF) return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

std::vector<Glyph> glyphs_of(std::string_view line) {
  std::vector<Glyph> glyphs;
  while (!line.empty()) {
    const std::size_t length = std::min(sequence_length(static_cast<unsigned char>(line.front())), line.size());
    const std::string_view bytes = line.substr(0, length);
    const char32_t code = code_point_of(bytes);
    if (code == '\t') {
      glyphs.push_back({std::string(tab_width, ' '), tab_width});
    } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      glyphs.push_back({"?", 1});  // an escape sequence in a file shall not reach the terminal
    } else {
      glyphs.push_back({std::string(bytes), width_of(code)});
    }
    line.remove_prefix(length);
  }
  return glyphs;
}

std::string excerpt(std::string_view line, int column) {
  const std::vector<Glyph> glyphs = glyphs_of(line);
  const int size = static_cast<int>(glyphs.size());
  const int caret = std::clamp(column - 1, 0, size);
  const int start = size <= longest_excerpt ? 0 : std::clamp(caret - longest_excerpt / 2, 0, size - longest_excerpt);
  const int end = std::min(size, start + longest_excerpt);
  std::string shown = start > 0 ? "…" : "";
  int indent = start > 0 ? 1 : 0;
  for (int i = start; i < end; ++i) {
    const Glyph& glyph = glyphs[static_cast<std::size_t>(i)];
    shown += glyph.bytes;
    if (i < caret) indent += glyph.width;
  }
  if (end < size) shown += "…";
  return fmt::format("  {}\n  {}^\n", shown, std::string(static_cast<std::size_t>(indent), ' '));
}

std::string format_problem(const Problem& problem, const Sources& sources) {
  const char* severity = problem.severity == Problem::error ? "error" : "warning";
  if (problem.line == 0) return fmt::format("{}: {}: {}\n", problem.file, severity, problem.message);
  std::string text =
      fmt::format("{}:{}:{}: {}: {}\n", problem.file, problem.line, problem.column, severity, problem.message);
  const auto source = sources.find(problem.file);
  if (source != sources.end()) text += excerpt(line_of(*source->second, problem.line), problem.column);
  return text;
}

}  // namespace

Problem make_problem(const Source& source, Position position, std::string path, std::string message,
                     Problem::Severity severity) {
  const int column = position.line == 0 ? 0 : character_column(source, position);
  return {source.file, position.line, column, std::move(path), std::move(message), severity};
}

bool has_errors(std::span<const Problem> problems) {
  return std::ranges::any_of(problems, [](const Problem& problem) { return problem.severity == Problem::error; });
}

void sort_problems(std::vector<Problem>& problems, std::string_view first_file) {
  const auto place = [first_file](const Problem& problem) {
    return std::tuple(problem.file != first_file, std::string_view(problem.file), problem.line, problem.column);
  };
  std::ranges::stable_sort(problems, {}, place);
  const auto repeated = std::ranges::unique(problems);
  problems.erase(repeated.begin(), repeated.end());
}

std::string format_problems(std::span<const Problem> problems, const Sources& sources) {
  std::string text;
  for (const Problem& problem : problems) text += format_problem(problem, sources);
  return text;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string shown;
  const std::vector<Glyph> glyphs = glyphs_of(text.substr(0, 4 * longest));
  for (std::size_t i = 0; i < std::min(glyphs.size(), longest); ++i) shown += glyphs[i].bytes;
  return fmt::format("\"{}{}\"", shown, text.size() > shown.size() && glyphs.size() > longest ? "…" : "");
}

}  // namespace tbx
