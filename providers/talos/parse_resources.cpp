#include "providers/talos/parse_resources.h"

#include <algorithm>
#include <optional>

namespace tbx {

namespace {

using nlohmann::json;

constexpr std::string_view white_space = " \t\r\n";

/// One past the brace that closes the object at the start of `text`; nothing when it is cut off.
std::optional<std::size_t> object_end(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::string text_of(const json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_primitive() && !value.is_null() ? value.dump() : "";
}

Result<TalosResource> resource_of(json object) {
  auto metadata = object.find("metadata");
  auto spec = object.find("spec");
  if (metadata == object.end() || !metadata->is_object() || spec == object.end()) {
    return failure(ErrorKind::malformed_answer, "talosctl printed a resource without metadata or spec");
  }
  TalosResource resource{lenient_text(*metadata, "type"), lenient_text(*metadata, "id"), lenient_text(object, "node"),
                         std::move(*spec)};
  if (resource.type.empty() || resource.id.empty()) {
    return failure(ErrorKind::malformed_answer, "talosctl printed a resource without type or ID");
  }
  return resource;
}

}  // namespace

Result<std::vector<json>> parse_json_objects(std::string_view text) {
  std::vector<json> objects;
  for (std::size_t start = text.find_first_not_of(white_space); start != std::string_view::npos;
       start = text.find_first_not_of(white_space)) {
    text.remove_prefix(start);
    std::optional<std::size_t> end = text.front() == '{' ? object_end(text) : std::nullopt;
    json object = end ? json::parse(text.substr(0, *end), nullptr, false) : json(json::value_t::discarded);
    if (object.is_discarded()) {
      return failure(ErrorKind::malformed_answer, "talosctl printed JSON that is cut off, or something else");
    }
    objects.push_back(std::move(object));
    text.remove_prefix(*end);
  }
  return objects;
}

Result<std::vector<TalosResource>> parse_resources(std::string_view output) {
  auto objects = parse_json_objects(output);
  if (!objects) {
    return tl::unexpected(objects.error());
  }
  std::vector<TalosResource> resources;
  for (json& object : *objects) {
    auto resource = resource_of(std::move(object));
    if (!resource) {
      return tl::unexpected(resource.error());
    }
    resources.push_back(std::move(*resource));
  }
  return resources;
}

const TalosResource* find_resource(const std::vector<TalosResource>& resources, std::string_view type,
                                   std::string_view id) {
  auto place = std::ranges::find_if(
      resources, [&](const TalosResource& resource) { return resource.type == type && resource.id == id; });
  return place == resources.end() ? nullptr : &*place;
}

std::string lenient_text(const json& object, const std::string& key) {
  auto place = object.find(key);
  return place == object.end() ? "" : text_of(*place);
}

std::vector<std::string> text_list(const json& object, const std::string& key) {
  std::vector<std::string> texts;
  auto place = object.find(key);
  if (place != object.end() && place->is_array()) {
    for (const json& item : *place) {
      texts.push_back(text_of(item));
    }
  }
  return texts;
}

}  // namespace tbx
