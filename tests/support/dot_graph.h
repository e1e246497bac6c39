// Reads a graph in Graphviz' language: enough of its grammar to tell whether a text of ours is in it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace tbx::test {

using DotAttributes = std::map<std::string, std::string>;

struct DotGraph {
  std::string name;
  std::map<std::string, DotAttributes> nodes;
  std::map<std::pair<std::string, std::string>, DotAttributes> edges;
  std::vector<std::string> box_labels;  ///< of subgraphs, in the order in which they end
};

/// What is wrong otherwise, and where: an edge of a node that is not there counts too. In labels, \n is a line break.
tl::expected<DotGraph, std::string> read_dot(std::string_view text);

}  // namespace tbx::test
