// YAML as it is written: nodes with places, before anything is made of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "specs/source.h"

namespace tbx {

struct YamlNode {
  enum Kind { null, plain_scalar, quoted_scalar, list, mapping };
  Kind kind = null;
  std::string text;  ///< of a scalar
  Position at;
  /// Of a list its items; of a mapping keys and values in turn. Aliases share the node that they name.
  std::vector<std::shared_ptr<const YamlNode>> children;
  /// Where each child is written. For an alias that is the alias; the child itself says where its anchor is. For what
  /// is left empty it is wherever the next thing comes.
  std::vector<Position> child_places;
};

struct YamlDocument {
  Position at;
  std::shared_ptr<const YamlNode> root;
};

struct YamlSyntaxError {
  Position at;
  std::string message;
};

struct YamlTrees {
  std::vector<YamlDocument> documents;
  std::optional<YamlSyntaxError> error;
};

/// Nested more deeply than this is refused before it can exhaust the stack.
inline constexpr int deepest_yaml = 64;

/// As is a text of more nodes than this, keys counted.
inline constexpr int most_yaml_nodes = 250000;

YamlTrees parse_yaml(const Source& source);

}  // namespace tbx
