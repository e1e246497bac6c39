#include "specs/spec_place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "specs/did_you_mean.h"
#include "specs/embedded.h"
#include "specs/schema_walk.h"

namespace tbx {
namespace {

using nlohmann::json;

const json& schema_document() {
  static const json schema = json::parse(embedded_schema("cluster"));
  return schema;
}

/// The key at the beginning of a path, and the rest after its dot.
struct Beginning {
  std::string key;
  std::string_view rest;
};

/// Keys may hold dots themselves (host names, labels): the longest known one that fits is meant.
std::optional<Beginning> known_beginning(std::string_view path, const std::vector<std::string>& known) {
  std::optional<Beginning> longest;
  for (const std::string& key : known) {
    if (!path.starts_with(key) || (longest && longest->key.size() >= key.size())) continue;
    const std::string_view rest = path.substr(key.size());
    if (rest.empty() || rest.front() == '.' || rest.front() == '[') longest = {key, rest};
  }
  return longest;
}

Beginning any_beginning(std::string_view path) {
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  return {std::string(path.substr(0, end)), path.substr(end)};
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  if (!object.is_object()) return keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// What an item of a list is called: a text is its own name.
std::string name_of(const json& item) {
  if (item.is_string()) return item.get<std::string>();
  if (item.is_object() && item.contains("name") && item["name"].is_string()) return item["name"].get<std::string>();
  return {};
}

class Walk {
 public:
  explicit Walk(const Document& document) : root_(document.value), value_(&root_) { enter(schema_document()); }

  std::optional<std::string> go(std::string_view path) {
    while (!path.empty()) {
      const bool is_bracket = path.front() == '[';
      if (path.front() == '.') path.remove_prefix(1);
      std::string_view inside;
      if (is_bracket) {
        const std::size_t end = path.find(']');
        if (end == std::string_view::npos) return "a ] is missing";
        inside = path.substr(1, end - 1);
        path.remove_prefix(end + 1);
      }
      if (auto why = is_bracket ? step_into(inside) : step_along(path)) return why;
    }
    return {};
  }

  SpecPlace place() && {
    place_.description = flat_.value("description", "");
    place_.default_value = flat_.contains("default") ? flat_["default"].dump() : "";
    place_.is_written = value_ != nullptr && !place_.pointer.empty();
    return std::move(place_);
  }

 private:
  void enter(const json& schema) {
    static const json nothing = json::object();
    flat_ = flat_schema(schema_document(), schema, value_ == nullptr ? nothing : *value_);
  }

  bool is_list() const { return value_ != nullptr && value_->is_array(); }
  /// A single pool of workers may be called by the name of its nodes.
  bool is_single_pool(std::string_view key) const { return place_.pointer == "/spec/workers" && key == "worker"; }

  std::optional<std::string> step_into(std::string_view inside) {
    if (is_list()) return step_to_item(std::string(inside));
    if (is_single_pool(inside)) return {};
    return step_to_key(std::string(inside));
  }

  std::optional<std::string> step_along(std::string_view& path) {
    const std::vector<std::string> known = is_list() ? item_names() : known_keys();
    auto beginning = known_beginning(path, known);
    if (!beginning) beginning = any_beginning(path);
    path = beginning->rest;
    if (is_list()) return step_to_item(beginning->key);
    if (is_single_pool(beginning->key)) return {};
    return step_to_key(beginning->key);
  }

  std::vector<std::string> item_names() const {
    std::vector<std::string> names;
    for (const json& item : *value_) {
      if (std::string name = name_of(item); !name.empty()) names.push_back(std::move(name));
    }
    return names;
  }

  std::vector<std::string> known_keys() const {
    std::vector<std::string> keys = value_ == nullptr ? std::vector<std::string>{} : keys_of(*value_);
    if (flat_.contains("properties")) {
      for (std::string& key : keys_of(flat_["properties"])) {
        if (std::ranges::count(keys, key) == 0) keys.push_back(std::move(key));
      }
    }
    return keys;
  }

  std::optional<std::string> step_to_item(const std::string& item) {
    const std::vector<std::string> names = item_names();
    for (std::size_t i = 0; i < value_->size(); ++i) {
      if (item != std::to_string(i) && item != name_of((*value_)[i])) continue;
      const json below = schema_below(flat_, *value_, item);
      const std::string name = name_of((*value_)[i]);
      descend(&(*value_)[i], std::to_string(i), name.empty() ? item : name, true);
      as_mapping_ = place_.pointer.starts_with("/spec/addons/") && value_->is_string();
      enter(below);
      return {};
    }
    const std::string choices = names.empty() ? "" : fmt::format("; it has {}", fmt::join(names, ", "));
    return fmt::format("{} has no {}{}{}", shown(), item, did_you_mean(item, names), choices);
  }

  std::optional<std::string> step_to_key(const std::string& key) {
    const bool is_written = value_ != nullptr && value_->is_object() && value_->contains(key);
    if (as_mapping_) flat_ = flat_schema(schema_document(), schema_document()["definitions"]["addon"], json::object());
    const bool is_known = flat_.contains("properties") && flat_["properties"].contains(key);
    const bool is_free = !flat_.contains("properties") && !flat_.contains("additionalProperties");
    if (!is_written && !is_known && !(is_free && is_below_values_)) {
      const std::vector<std::string> known = known_keys();
      return fmt::format("{} has no {}{}", shown(), key, did_you_mean(key, known));
    }
    if (place_.pointer == "/spec/workers") place_.names.emplace_back("worker");
    static const json nothing = json::object();
    const json below = schema_below(flat_, value_ != nullptr && !as_mapping_ ? *value_ : nothing, key);
    is_below_values_ = is_below_values_ || key == "values";
    as_mapping_ = false;
    descend(is_written ? &(*value_)[key] : nullptr, key, key, false);
    enter(below);
    return {};
  }

  void descend(const json* value, const std::string& step, const std::string& name, bool is_item) {
    value_ = value;
    place_.pointer = child_path(place_.pointer, step);
    place_.names.push_back(name);
    const bool has_dots = name.find_first_of(".[") != std::string::npos;
    place_.path +=
        is_item || (has_dots && place_.names.size() > 1) ? "[" + name + "]" : (place_.path.empty() ? "" : ".") + name;
  }

  std::string shown() const { return place_.path.empty() ? "the file" : place_.path; }

  const json& root_;
  const json* value_;
  json flat_;
  bool as_mapping_ = false;  ///< an addon that is written by its name alone, which stands for a mapping
  bool is_below_values_ = false;
  SpecPlace place_;
};

std::vector<std::string> top_keys() { return keys_of(schema_document()["properties"]); }

std::vector<std::string> spec_keys() { return keys_of(schema_document()["properties"]["spec"]["properties"]); }

}  // namespace

bool is_spec_path(std::string_view word) {
  return known_beginning(word, top_keys()) || known_beginning(word, spec_keys());
}

std::string near_spec_key(std::string_view word) {
  std::vector<std::string> known = top_keys();
  std::ranges::move(spec_keys(), std::back_inserter(known));
  return did_you_mean(any_beginning(word.starts_with("spec.") ? word.substr(5) : word).key, known);
}

tl::expected<SpecPlace, std::string> find_spec_place(const Document& document, std::string_view path) {
  const bool is_whole = known_beginning(path, top_keys()).has_value();
  Walk walk(document);
  if (!is_whole) {
    if (auto why = walk.go("spec")) return tl::unexpected(*why);
  }
  if (auto why = walk.go(path)) return tl::unexpected(*why);
  return std::move(walk).place();
}

std::string place_text(const Document& document, std::string_view pointer) {
  const Position at = value_position(document, pointer);
  return fmt::format("{}:{}:{}", document.source->file, at.line, character_column(*document.source, at));
}

}  // namespace tbx
