#include "providers/kubernetes/kubectl_json.h"

#include <fmt/format.h>

#include "providers/json_place.h"

namespace tbx {

using nlohmann::json;

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
