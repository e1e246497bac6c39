#include "providers/json_place.h"

namespace tbx {

using nlohmann::json;

const json& at(const json& value, const char* pointer) {
  static const json nothing;
  const json::json_pointer place(pointer);
  return value.contains(place) ? value.at(place) : nothing;
}

std::string text_at(const json& value, const char* pointer) {
  const json& found = at(value, pointer);
  return found.is_string() ? found.get<std::string>() : "";
}

}  // namespace tbx
