#include "tests/support/dot_graph.h"

#include <fmt/format.h>

#include <cctype>
#include <stdexcept>

namespace tbx::test {
namespace {

class DotReader {
 public:
  explicit DotReader(std::string_view text) : rest_(text), size_(text.size()) { advance(); }

  DotGraph read() {
    take("digraph");
    graph_.name = take_id();
    DotAttributes own;
    read_block(own);
    if (!token_.empty()) fail("nothing more");
    for (const auto& [edge, attributes] : graph_.edges) {
      if (!graph_.nodes.contains(edge.first) || !graph_.nodes.contains(edge.second))
        throw std::runtime_error(fmt::format("{} -> {} has an end that is no node", edge.first, edge.second));
    }
    return std::move(graph_);
  }

 private:
  [[noreturn]] void fail(std::string_view wanted) const {
    throw std::runtime_error(
        fmt::format("byte {}: {} was expected instead of {}", size_ - rest_.size(), wanted, token_));
  }

  static bool is_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.' || letter == '-';
  }

  void advance() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
    is_quoted_ = !rest_.empty() && rest_.front() == '"';
    std::size_t length = rest_.empty() ? 0 : 1;
    if (is_quoted_)
      length = quoted_length();
    else if (rest_.starts_with("->"))
      length = 2;
    else
      while (length > 0 && length < rest_.size() && is_word(rest_[length - 1]) && is_word(rest_[length])) ++length;
    token_ = rest_.substr(0, length);
    rest_.remove_prefix(length);
  }

  std::size_t quoted_length() const {
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (static_cast<unsigned char>(rest_[i]) < ' ') throw std::runtime_error("a control character in a string");
      if (rest_[i] == '"') return i + 1;
      if (rest_[i] == '\\') ++i;
    }
    throw std::runtime_error("a string does not end");
  }

  bool is(std::string_view token) const { return token_ == token; }
  void take(std::string_view token) {
    if (!is(token)) fail(token);
    advance();
  }

  std::string take_id() {
    if (token_.empty() || (!is_quoted_ && !is_word(token_.front()))) fail("an ID");
    std::string id(token_);
    if (is_quoted_) id = unescaped(token_.substr(1, token_.size() - 2));
    advance();
    return id;
  }

  static std::string unescaped(std::string_view inner) {
    std::string out;
    for (std::size_t i = 0; i < inner.size(); ++i) {
      if (inner[i] != '\\')
        out += inner[i];
      else
        out += inner[++i] == 'n' ? '\n' : inner[i];
    }
    return out;
  }

  void read_block(DotAttributes& own) {
    take("{");
    while (!is("}")) read_statement(own);
    advance();
  }

  void read_statement(DotAttributes& own) {
    if (is("subgraph")) {
      advance();
      take_id();
      DotAttributes inner;
      read_block(inner);
      graph_.box_labels.push_back(inner["label"]);
      return;
    }
    if (is("graph") || is("node") || is("edge")) {
      advance();
      read_attributes();
      return;
    }
    const std::string first = take_id();
    if (is("=")) {
      advance();
      own[first] = take_id();
    } else if (is("->")) {
      advance();
      const std::string second = take_id();
      if (!graph_.edges.emplace(std::pair(first, second), read_attributes()).second)
        throw std::runtime_error(fmt::format("{} -> {} twice", first, second));
    } else if (!graph_.nodes.emplace(first, read_attributes()).second) {
      throw std::runtime_error(fmt::format("node {} twice", first));
    }
  }

  DotAttributes read_attributes() {
    DotAttributes attributes;
    if (!is("[")) return attributes;
    do {
      advance();
      const std::string name = take_id();
      take("=");
      attributes[name] = take_id();
    } while (is(","));
    take("]");
    return attributes;
  }

  std::string_view rest_;
  std::size_t size_;
  std::string_view token_;
  bool is_quoted_ = false;
  DotGraph graph_;
};

}  // namespace

tl::expected<DotGraph, std::string> read_dot(std::string_view text) {
  try {
    return DotReader(text).read();
  } catch (const std::runtime_error& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace tbx::test
