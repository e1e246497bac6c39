#include "engine/described_json.h"

#include <algorithm>

namespace tbx::description {
namespace {

std::string escaped(std::string_view key) {
  std::string out;
  for (const char letter : key) {
    if (letter == '~')
      out += "~0";
    else if (letter == '/')
      out += "~1";
    else
      out += letter;
  }
  return out;
}

std::string shortened(const boost::json::value& value) {
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  constexpr std::size_t most = 40;
  // Boost.JSON writes 1.5 as 1.5E0.
  const std::string text = nlohmann::json::parse(boost::json::serialize(value)).dump(-1, ' ', true);
  return text.size() <= most ? text : text.substr(0, most) + "…";
}

}  // namespace

std::string pointer_of(const Spot& spot) {
  if (spot.parent == nullptr) return {};
  return pointer_of(*spot.parent) + "/" + (spot.is_index ? std::to_string(spot.index) : escaped(spot.key));
}

void wrong_shape(const Spot& spot, const std::string& message) { throw ShapeError(pointer_of(spot), message); }

void wrong_type(const Spot& spot, std::string_view wanted, const boost::json::value& found) {
  wrong_shape(spot, "expected " + std::string(wanted) + ", found " + shortened(found));
}

void unknown_key(const Spot& spot, const boost::json::object& object, const std::vector<std::string_view>& known) {
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      wrong_shape(Spot{&spot, key}, "the key " + nlohmann::json(key).dump() + " is not known here");
    }
  }
  wrong_shape(spot, "a key is not known here");
}

}  // namespace tbx::description
