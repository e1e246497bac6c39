#include "specs/spec_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "specs/catalogue.h"

namespace tbx {
namespace {

using nlohmann::json;

const AddonSpec* addon_at(const SpecPlace& place, const ClusterSpec& wanted) {
  if (place.names.size() < 3 || place.names[1] != "addons") return nullptr;
  const auto addon = std::ranges::find(wanted.addons, place.names[2], &AddonSpec::name);
  return addon == wanted.addons.end() ? nullptr : &*addon;
}

/// The place of one of an addon's values within them: /grafana/adminPassword. Empty for all of them.
std::string pointer_in_values(const SpecPlace& place) {
  std::string pointer;
  for (std::size_t i = 4; i < place.names.size(); ++i) pointer = child_path(pointer, place.names[i]);
  return pointer;
}

const json* find_at(const json& value, const std::string& pointer) {
  const json::json_pointer at(pointer);
  return value.contains(at) ? &value.at(at) : nullptr;
}

std::string place_in_file(const ValueOrigin& origin, const std::string& pointer, const SpecTexts& texts) {
  if (origin.file.empty()) return place_text(texts.document, origin.pointer + pointer);
  const auto folder = path_from_text(texts.document.source->file).parent_path();
  const std::string name = text_from_path((folder / path_from_text(origin.file)).lexically_normal());
  const auto source = texts.sources.find(name);
  if (source == texts.sources.end()) return origin.file;
  const ReadDocuments read = read_yaml(source->second, DocumentCount::one);
  return read.documents.empty() ? origin.file : place_text(read.documents.front(), origin.pointer + pointer);
}

/// Catalogue, file and spec are laid over one another: the last that speaks of it counts.
SpecValue value_in_addon(const AddonSpec& addon, const std::string& pointer, const SpecTexts& texts) {
  const json values = json::parse(addon.values, nullptr, false);
  const json* value = find_at(values, pointer);
  if (value == nullptr) return {"", "neither the file nor tbx's catalogue sets it: the chart's own default counts"};
  for (const ValueOrigin& origin : texts.origins | std::views::reverse) {
    if (origin.addon != addon.name) continue;
    if (find_at(json::parse(origin.value), pointer) == nullptr) continue;
    const bool is_merged = value->is_object() && find_in_catalogue(addon.name) != nullptr;
    const std::string place = place_in_file(origin, pointer, texts);
    return {value->dump(), is_merged ? place + ", laid over tbx's catalogue" : place};
  }
  return {value->dump(), "tbx's catalogue"};
}

/// What a key that is not written comes to by what tbx knows.
std::string completed(const SpecPlace& place, const ClusterSpec& wanted) {
  if (const AddonSpec* addon = addon_at(place, wanted); addon != nullptr && place.names.size() == 4) {
    const std::string& key = place.names.back();
    if (key == "chart") return json(addon->chart).dump();
    if (key == "repo" && !addon->repo.empty()) return json(addon->repo).dump();
    if (key == "version" && !addon->version.empty()) return json(addon->version).dump();
    if (key == "namespace") return json(addon->namespace_name).dump();
    if (key == "after" && !addon->after.empty()) return json(addon->after).dump();
  }
  if (place.path == "spec.controlPlane.schedulable" && !wanted.nodes.empty()) {
    return wanted.nodes.front().schedulable ? "true" : "false";
  }
  return {};
}

std::string masked_value(const SpecPlace& place, const SpecTexts& texts) {
  const std::string whole = texts.document.value.dump(-1, ' ', false, json::error_handler_t::replace);
  const json hidden = json::parse(mask_secrets(whole, texts.key));
  return hidden.at(json::json_pointer(place.pointer)).dump();
}

}  // namespace

SpecValue value_of(const SpecPlace& place, const SpecTexts& texts, const ClusterSpec& wanted) {
  const AddonSpec* addon = addon_at(place, wanted);
  if (addon != nullptr && place.names.size() >= 4 && place.names[3] == "values") {
    return value_in_addon(*addon, pointer_in_values(place), texts);
  }
  if (place.is_written) return {masked_value(place, texts), place_text(texts.document, place.pointer)};
  if (std::string known = completed(place, wanted); !known.empty()) {
    return {std::move(known), addon == nullptr ? "decided by tbx, from the rest of the file" : "tbx's catalogue"};
  }
  if (!place.default_value.empty()) return {place.default_value, "the default"};
  return {"", "the file does not set it"};
}

}  // namespace tbx
