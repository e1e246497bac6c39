#include "tests/support/xml_tree.h"

#include <cctype>
#include <stdexcept>

namespace tbx::test {
namespace {

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : rest_(text) {}

  XmlElement read() {
    take("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    skip_blanks();
    XmlElement root = read_element();
    skip_blanks();
    if (!rest_.empty()) fail("something follows the root");
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(what + " at: " + std::string(rest_.substr(0, 40)));
  }

  bool skip(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void take(std::string_view token) {
    if (!skip(token)) fail(std::string(token) + " is missing");
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }

  std::string take_name() {
    std::size_t length = 0;
    while (length < rest_.size() && std::islower(static_cast<unsigned char>(rest_[length])) != 0) ++length;
    if (length == 0) fail("a name is missing");
    const std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return name;
  }

  /// Up to one of `ends`, which stays.
  std::string take_text(std::string_view ends) {
    std::string text;
    while (!rest_.empty() && ends.find(rest_.front()) == std::string_view::npos) text += take_character();
    return text;
  }

  char take_character() {
    static const std::map<std::string_view, char> entities{
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (const auto& [entity, letter] : entities) {
      if (skip(entity)) return letter;
    }
    const char letter = rest_.front();
    if (letter == '&') fail("an entity that is unknown");
    if (static_cast<unsigned char>(letter) < ' ' && letter != '\n') fail("a control character");
    rest_.remove_prefix(1);
    return letter;
  }

  XmlElement read_element() {
    XmlElement element;
    take("<");
    element.name = take_name();
    while (skip(" ")) {
      const std::string name = take_name();
      take("=\"");
      if (!element.attributes.emplace(name, take_text("\"<\n")).second) fail(name + " twice");
      take("\"");
    }
    if (skip("/>")) return element;
    take(">");
    while (!skip("</")) {
      if (rest_.starts_with("<"))
        element.children.push_back(read_element());
      else if (rest_.empty())
        fail(element.name + " does not end");
      else
        element.text += take_text("<");
    }
    take(element.name + ">");
    return element;
  }

  std::string_view rest_;
};

}  // namespace

tl::expected<XmlElement, std::string> read_xml(std::string_view text) {
  try {
    return XmlReader(text).read();
  } catch (const std::runtime_error& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace tbx::test
