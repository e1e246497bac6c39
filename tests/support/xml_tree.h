// Reads a small XML document, to tell whether it is well-formed and what is in it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tbx::test {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< all of its own, entities replaced
  std::vector<XmlElement> children;
};

/// What is wrong otherwise. No comments, no CDATA, no document type: nobody here writes them.
tl::expected<XmlElement, std::string> read_xml(std::string_view text);

}  // namespace tbx::test
