// Finds functions by matching braces: good enough for sources in our formatting, and no parser of C++.
#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

#include "tests/support/tidy_rules.h"

namespace tbx::tidy {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where the literal or comment that starts at `at` ends (one past it); `at` itself when none starts there.
std::size_t end_of_inert(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  const auto past = [&](std::string_view mark, std::size_t from, std::size_t skipped) {
    const auto found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + skipped;
  };
  if (rest.starts_with("//")) return past("\n", at, 0);
  if (rest.starts_with("/*")) return past("*/", at + 2, 2);
  const bool after_word = at > 0 && is_word(text[at - 1]);
  if (rest.starts_with("R\"") && !after_word) {
    const auto open = text.find('(', at);
    if (open == std::string_view::npos) return text.size();
    const auto close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
    return past(close, open, close.size());
  }
  const char quote = text[at];
  if (quote != '"' && (quote != '\'' || after_word)) return at;  // 1'000: a separator, not a literal
  auto end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// The head without what stands in (), [] and template<>: what is left tells what the brace opens.
std::string outline(const std::string& head) {
  std::string out;
  int depth = 0;
  for (const char c : head) {
    if (c == '(' || c == '[') ++depth;
    if (depth == 0) out += c;
    if (c == ')' || c == ']') --depth;
  }
  static const std::regex template_list("template *<([^<>]|<[^<>]*>)*>");
  static const std::regex operator_name("operator *[^ (]+");
  return std::regex_replace(std::regex_replace(out, template_list, ""), operator_name, "");
}

enum class Brace { container, function, other };

Brace kind_of(const std::string& head) {
  static const std::regex container("\\b(namespace|struct|class|enum|union|extern)\\b");
  const auto text = outline(head);
  if (std::regex_search(text, container)) return Brace::container;
  if (head.find('(') == std::string::npos || text.find('=') != std::string::npos) return Brace::other;
  return Brace::function;
}

/// Blanks the directives, continued lines too: a macro's braces need not match.
std::string without_directives(std::string code) {
  bool in_directive = false;
  for (std::size_t begin = 0; begin < code.size();) {
    const auto end = std::min(code.find('\n', begin), code.size());
    const auto first = code.find_first_not_of(' ', begin);
    in_directive = in_directive || (first < end && code[first] == '#');
    const bool continued = end > begin && code[end - 1] == '\\';
    if (in_directive)
      std::fill(code.begin() + static_cast<std::ptrdiff_t>(begin), code.begin() + static_cast<std::ptrdiff_t>(end),
                ' ');
    in_directive = in_directive && continued;
    begin = end + 1;
  }
  return code;
}

class FunctionScanner {
 public:
  std::vector<Function> scan(const std::string& code) {
    for (const char c : code) step(c);
    return std::move(found_);
  }

 private:
  void step(char c) {
    if (c == '\n') ++line_;
    if (c == '(') ++parentheses_;
    if (c == ')') --parentheses_;
    const bool plain = parentheses_ > 0;  // a default argument, such as (T t = T{})
    if (c == '{' && !plain) {
      open();
    } else if (c == '}' && !plain) {
      close();
    } else if ((c == ';' && !plain) || (c == ':' && is_access())) {
      head_.clear();
    } else if (!head_.empty() || c > ' ') {
      if (head_.empty()) head_line_ = line_;
      head_ += c == '\n' ? ' ' : c;
    }
  }

  bool is_access() const { return head_ == "public" || head_ == "protected" || head_ == "private"; }

  void open() {
    const bool inside =
        std::any_of(braces_.begin(), braces_.end(), [](Brace brace) { return brace != Brace::container; });
    braces_.push_back(inside ? Brace::other : kind_of(head_));
    if (braces_.back() == Brace::function) current_ = Function{head_, head_line_, line_};
    head_.clear();
  }

  void close() {
    head_.clear();
    if (braces_.empty()) return;
    if (braces_.back() == Brace::function && current_) {
      current_->last_line = line_;
      found_.push_back(*current_);
    }
    braces_.pop_back();
  }

  int line_ = 1;
  int head_line_ = 1;
  int parentheses_ = 0;  ///< open ones in the head, and in bodies
  std::string head_;
  std::vector<Brace> braces_;
  std::optional<Function> current_;
  std::vector<Function> found_;
};

}  // namespace

std::string code_only(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = end_of_inert(text, at);
    for (auto i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<Function> functions_of(std::string_view text) {
  return FunctionScanner{}.scan(without_directives(code_only(text)));
}

}  // namespace tbx::tidy
