#include "specs/document.h"

#include <fmt/format.h>

#include <set>

#include "specs/scalar.h"
#include "specs/yaml_tree.h"

namespace tbx {
namespace {

using nlohmann::json;

/// Thrown and caught in this file only: the one problem after which nothing more is worth reading.
struct TooMuch {
  Position at;
};

class Conversion {
 public:
  Conversion(const std::shared_ptr<const Source>& source, std::vector<Problem>& problems)
      : document_{source, nullptr, {}}, problems_(problems) {}

  Document convert(const YamlDocument& tree) {
    document_.spots[""] = {clamped(tree.root ? tree.root->at : tree.at), clamped(tree.at), ""};
    document_.value = tree.root ? value_of(*tree.root, "") : json(nullptr);
    return std::move(document_);
  }

 private:
  json value_of(const YamlNode& node, const std::string& path) {
    if (++values_ > most_values) throw TooMuch{clamped(node.at)};
    switch (node.kind) {
      case YamlNode::null:
        return nullptr;
      case YamlNode::plain_scalar:
        return plain_value(node, path);
      case YamlNode::quoted_scalar:
        return node.text;
      case YamlNode::list:
        return list_of(node, path);
      case YamlNode::mapping:
        return mapping_of(node, path);
    }
    return nullptr;
  }

  json plain_value(const YamlNode& node, const std::string& path) {
    document_.spots[path].written = node.text;
    return resolve_plain_scalar(node.text);
  }

  json list_of(const YamlNode& node, const std::string& path) {
    json items = json::array();
    for (const auto& child : node.children) {
      const std::string at = child_path(path, std::to_string(items.size()));
      document_.spots[at] = {clamped(child->at), clamped(child->at), ""};
      items.push_back(value_of(*child, at));
    }
    return items;
  }

  json mapping_of(const YamlNode& node, const std::string& path) {
    json members = json::object();
    std::vector<const YamlNode*> merged;
    std::map<std::string, Position> first_keys;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const YamlNode& key = *node.children[i];
      const YamlNode& value = *node.children[i + 1];
      if (!usable_key(key, path)) continue;
      if (key.kind == YamlNode::plain_scalar && key.text == "<<") {
        merged.push_back(&value);
        continue;
      }
      const auto [first, is_new] = first_keys.emplace(key.text, clamped(key.at));
      if (!is_new) {
        complain(key.at, path,
                 fmt::format("the key {} is given twice: first in line {}, column {}", in_quotes(key.text),
                             first->second.line, character_column(*document_.source, first->second)));
        continue;
      }
      add_member(members, path, key, value);
    }
    for (const YamlNode* value : merged) merge(members, path, *value);
    return members;
  }

  void add_member(json& members, const std::string& path, const YamlNode& key, const YamlNode& value) {
    const std::string at = child_path(path, key.text);
    const Position key_at = clamped(key.at);
    // The parser gives an empty value the place of whatever comes next, which may be lines away.
    const Position value_at = value.kind == YamlNode::null ? key_at : clamped(value.at);
    document_.spots[at] = {value_at, key_at, ""};
    members[key.text] = value_of(value, at);
  }

  /// `<<: *defaults`: what the mapping says itself wins, then the first of several.
  void merge(json& members, const std::string& path, const YamlNode& value) {
    if (value.kind == YamlNode::list) {
      for (const auto& item : value.children) merge(members, path, *item);
      return;
    }
    if (value.kind != YamlNode::mapping) {
      complain(value.at, path, "\"<<\" merges mappings, and this is none");
      return;
    }
    if (++values_ > most_values) throw TooMuch{clamped(value.at)};
    for (std::size_t i = 0; i + 1 < value.children.size(); i += 2) {
      const YamlNode& key = *value.children[i];
      if (key.text == "<<" && key.kind == YamlNode::plain_scalar) {
        merge(members, path, *value.children[i + 1]);
      } else if (usable_key(key, path) && !members.contains(key.text)) {
        add_member(members, path, key, *value.children[i + 1]);
      }
    }
  }

  bool usable_key(const YamlNode& key, const std::string& path) {
    if (key.kind == YamlNode::plain_scalar || key.kind == YamlNode::quoted_scalar) return true;
    complain(key.at, path,
             key.kind == YamlNode::null ? "a key is missing before this colon"
                                        : "a key has to be a text, and this is a list or a mapping");
    return false;
  }

  void complain(Position at, const std::string& path, std::string message) {
    problems_.push_back(make_problem(*document_.source, clamped(at), path, std::move(message)));
  }

  /// The parser places what is missing at the end behind the last line.
  Position clamped(Position at) const {
    const int lines = static_cast<int>(document_.source->line_starts.size());
    return at.line <= lines ? at : Position{lines, 1};
  }

  Document document_;
  std::vector<Problem>& problems_;
  int values_ = 0;
};

void read_trees(const YamlTrees& trees, const std::shared_ptr<const Source>& source, ReadDocuments& read) {
  for (const YamlDocument& tree : trees.documents) {
    if (tree.root == nullptr && trees.documents.size() > 1) continue;  // `---` at the very end
    read.documents.push_back(Conversion(source, read.problems).convert(tree));
  }
}

}  // namespace

ReadDocuments read_yaml(const std::shared_ptr<const Source>& source, DocumentCount count) {
  ReadDocuments read;
  const auto refuse = [&](Position at, std::string message) {
    read.problems.push_back(make_problem(*source, at, "", std::move(message)));
  };
  if (source->text.size() > largest_text) {
    refuse({}, fmt::format("the file has {} bytes, more than the {} that a spec may have", source->text.size(),
                           largest_text));
    return read;
  }
  const YamlTrees trees = parse_yaml(*source);
  if (trees.error) {
    refuse(trees.error->at, trees.error->message);
    return read;
  }
  if (count == DocumentCount::one && trees.documents.size() > 1) {
    refuse(trees.documents[1].at, "a second document begins here: one file holds one cluster");
    return read;
  }
  try {
    read_trees(trees, source, read);
  } catch (const TooMuch& too_much) {
    read.documents.clear();
    refuse(too_much.at, fmt::format("more than {} values, with aliases written out: that is no spec", most_values));
  }
  return read;
}

std::string child_path(std::string_view path, std::string_view key) {
  std::string child(path);
  child += '/';
  for (char c : key) {
    if (c == '~') child += "~0";
    if (c == '/') child += "~1";
    if (c != '~' && c != '/') child += c;
  }
  return child;
}

namespace {

const Spot& spot_of(const Document& document, std::string_view path) {
  static const Spot nowhere;
  std::string at(path);
  while (true) {
    const auto spot = document.spots.find(at);
    if (spot != document.spots.end()) return spot->second;
    if (at.empty()) return nowhere;
    at.erase(at.rfind('/'));
  }
}

}  // namespace

Position value_position(const Document& document, std::string_view path) { return spot_of(document, path).value; }

Position key_position(const Document& document, std::string_view path) { return spot_of(document, path).key; }

}  // namespace tbx
