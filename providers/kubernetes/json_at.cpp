#include "providers/kubernetes/json_at.h"

#include <algorithm>

#include <fmt/format.h>

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

const json& item_where(const json& list, std::string_view key, std::string_view wanted) {
  auto place = std::ranges::find_if(list, [&](const json& item) { return text_at(item, {key}) == wanted; });
  return list.is_array() && place != list.end() ? *place : nothing;
}

tl::unexpected<Error> malformed_kubectl_output(std::string_view what) {
  return failure(ErrorKind::malformed_answer,
                 fmt::format("kubectl printed no {}: JSON that is cut off, or something else", what));
}

Result<json> parse_kubectl_object(std::string_view text, std::string_view what) {
  json object = json::parse(text, nullptr, false);
  return object.is_object() ? Result<json>(std::move(object)) : malformed_kubectl_output(what);
}

Result<json> parse_kubectl_list(std::string_view text) {
  constexpr const char* what = "list of objects";
  Result<json> list = parse_kubectl_object(text, what);
  return list && !at(*list, {"items"}).is_array() ? malformed_kubectl_output(what) : std::move(list);
}

}  // namespace tbx
