#include "specs/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "specs/problem.h"

namespace tbx {
namespace {

Position position_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Builds the tree from the parser's events, so that the depth is checked before the parser descends.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::vector<YamlDocument>& documents) : documents_(documents) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // A token that can begin nothing (a comma outside of brackets) is never consumed: the parser would give empty
    // documents at the same place for ever.
    if (!documents_.empty() && documents_.back().at == position_of(mark)) {
      throw YamlSyntaxError{position_of(mark), "this is not valid YAML: nothing can begin here"};
    }
    documents_.push_back({position_of(mark), nullptr});
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, YamlNode::null, "", anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(mark, scalar_kind(mark, tag), value, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto named = anchors_.find(anchor);
    for (const auto& open : open_) {
      if (named == anchors_.end() || open == named->second) {
        throw YamlSyntaxError{position_of(mark), "this alias stands inside the value that it names"};
      }
    }
    place(named->second, position_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:seq");
    open(mark, YamlNode::list, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:map");
    open(mark, YamlNode::mapping, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  static void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view core) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == core) return;
    throw YamlSyntaxError{position_of(mark),
                          fmt::format("the tag {} means nothing here: leave it out", in_quotes(tag))};
  }

  static YamlNode::Kind scalar_kind(const YAML::Mark& mark, const std::string& tag) {
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return YamlNode::quoted_scalar;
    for (const char* core : {"bool", "int", "float", "null"}) {
      if (tag == std::string("tag:yaml.org,2002:") + core) return YamlNode::plain_scalar;
    }
    check_tag(mark, tag, "?");
    return YamlNode::plain_scalar;
  }

  std::shared_ptr<YamlNode> add(const YAML::Mark& mark, YamlNode::Kind kind, std::string text, YAML::anchor_t anchor) {
    if (++node_count_ > most_yaml_nodes) throw YamlSyntaxError{position_of(mark), "more values than any spec has"};
    auto node = std::make_shared<YamlNode>(YamlNode{kind, std::move(text), position_of(mark), {}, {}});
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    place(node, node->at);
    return node;
  }

  void open(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= deepest_yaml) {
      throw YamlSyntaxError{position_of(mark), fmt::format("nested more than {} levels deep", deepest_yaml)};
    }
    open_.push_back(add(mark, kind, "", anchor));
  }

  void place(const std::shared_ptr<YamlNode>& node, Position at) {
    if (open_.empty()) {
      documents_.back().root = node;
    } else {
      open_.back()->children.push_back(node);
      open_.back()->child_places.push_back(at);
    }
  }

  std::vector<YamlDocument>& documents_;
  std::vector<std::shared_ptr<YamlNode>> open_;
  std::map<YAML::anchor_t, std::shared_ptr<YamlNode>> anchors_;
  int node_count_ = 0;
};

/// yaml-cpp names its own rule; people know what they did.
std::string explain(const Source& source, Position at, const std::string& message) {
  const std::string_view line = line_of(source, at.line);
  if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
    return "a tab can't indent YAML: use spaces";
  }
  if (message.starts_with("illegal map value")) {
    return "a mapping can't begin here: is a text with \": \" in it not in quotes, or the indentation wrong?";
  }
  if (message.starts_with("end of map not found")) {
    return "this line fits neither the mapping above nor a new one: is it indented like its neighbours, with a colon?";
  }
  if (message.starts_with("end of map flow not found") || message.starts_with("end of sequence flow not found")) {
    return "a { or [ that was opened is not closed before this";
  }
  return "this is not valid YAML: " + message;
}

Position inside(const Source& source, Position at) {
  const int lines = static_cast<int>(source.line_starts.size());
  if (at.line >= 1 && at.line <= lines) return at;
  return {at.line < 1 ? 1 : lines, 1};
}

}  // namespace

YamlTrees parse_yaml(const Source& source) {
  YamlTrees trees;
  try {
    std::istringstream input(source.text);
    YAML::Parser parser(input);
    TreeBuilder builder(trees.documents);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YamlSyntaxError& error) {
    trees.error = error;
  } catch (const YAML::Exception& error) {
    const Position at = inside(source, position_of(error.mark));
    trees.error = YamlSyntaxError{at, explain(source, at, error.msg)};
  }
  return trees;
}

}  // namespace tbx
