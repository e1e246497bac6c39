#include "providers/json_place.h"

#include <algorithm>

namespace tbx {

using nlohmann::json;

namespace {

const json nothing;

}  // namespace

const json& at(const json& value, std::initializer_list<std::string_view> keys) {
  const json* here = &value;
  for (std::string_view key : keys) {
    if (!here->is_object()) return nothing;
    auto place = here->find(key);
    if (place == here->end()) return nothing;
    here = &*place;
  }
  return *here;
}

std::string text_at(const json& value, std::initializer_list<std::string_view> keys) {
  const json& found = at(value, keys);
  return found.is_string() ? found.get<std::string>() : "";
}

std::int64_t number_at(const json& value, std::initializer_list<std::string_view> keys, std::int64_t otherwise) {
  const json& found = at(value, keys);
  return found.is_number_integer() ? found.get<std::int64_t>() : otherwise;
}

const json& first_of(const json& list) { return list.is_array() && !list.empty() ? list.front() : nothing; }

const json& item_where(const json& list, std::string_view key, std::string_view wanted) {
  auto place = std::ranges::find_if(list, [&](const json& item) { return text_at(item, {key}) == wanted; });
  return list.is_array() && place != list.end() ? *place : nothing;
}

}  // namespace tbx
