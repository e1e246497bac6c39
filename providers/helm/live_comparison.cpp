#include "providers/helm/live_comparison.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "engine/json_text.h"

namespace tbx {

namespace {

using nlohmann::json;

const json* member(const json* value, const std::string& key) {
  if (value == nullptr || !value->is_object()) return nullptr;
  const auto place = value->find(key);
  return place == value->end() ? nullptr : &*place;
}

/// Secrets are masked before this; a text of several lines is some program's configuration and may hold one anywhere.
void hide_long_texts(json& value, const FingerprintKey* key) {
  constexpr std::size_t longest_shown = 512;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.find('\n') != std::string::npos || text.size() > longest_shown) value = fingerprint(value.dump(), key);
  } else if (value.is_structured()) {
    for (json& each : value) hide_long_texts(each, key);
  }
}

/// The object as it may be shown.
json shown_object(const json& object, const FingerprintKey* key) {
  json shown = json::parse(mask_secrets(object.dump(), key));
  hide_long_texts(shown, key);
  return shown;
}

bool is_counted_by_server(const std::string& path) {
  constexpr std::array<std::string_view, 8> paths{"status",
                                                  "metadata.uid",
                                                  "metadata.resourceVersion",
                                                  "metadata.generation",
                                                  "metadata.creationTimestamp",
                                                  "metadata.managedFields",
                                                  "metadata.annotations.deployment.kubernetes.io/revision",
                                                  "metadata.annotations.deprecated.daemonset.template.generation"};
  return std::ranges::find(paths, path) != paths.end();
}

/// What tells the items of a list apart, as the API's own schemas say. Nothing where the items are told apart by their
/// places only.
std::optional<std::string> merge_key(std::initializer_list<const json*> lists) {
  for (const char* key : {"name", "containerPort", "port", "mountPath", "devicePath", "ip", "key", "type", "uid"}) {
    const auto names_each = [&](const json* list) {
      std::set<json> seen;
      return std::ranges::all_of(*list, [&](const json& item) {
        const json* name = member(&item, key);
        return name != nullptr && name->is_primitive() && seen.insert(*name).second;
      });
    };
    if (std::ranges::all_of(lists, names_each)) return key;
  }
  return std::nullopt;
}

const json* item_named(const json& list, const std::string& key, const json& name) {
  const auto place = std::ranges::find_if(list, [&](const json& item) { return item[key] == name; });
  return place == list.end() ? nullptr : &*place;
}

/// The same place of the object in its four states.
struct Place {
  std::string path;
  const json* rendered = nullptr;
  const json* live = nullptr;
  const json* applied = nullptr;
  const json* shown_live = nullptr;
  const json* shown_applied = nullptr;
};

class Comparison {
 public:
  Comparison(std::string object, std::set<std::string> autoscaled)
      : object_(std::move(object)), autoscaled_(std::move(autoscaled)) {}

  void compare(const Place& place) {
    const bool are_equal =
        place.live == nullptr || place.applied == nullptr ? place.live == place.applied : *place.live == *place.applied;
    const bool is_rendered = place.rendered != nullptr && !place.rendered->is_null();
    // What nobody renders and the apply takes away stood in a list or mapping that has one owner as a whole.
    const bool is_taken_away = place.live != nullptr && place.applied == nullptr;
    if (are_equal || !(is_rendered || is_taken_away) || is_counted_by_server(place.path) ||
        autoscaled_.contains(place.path) || place.path.ends_with(".caBundle")) {
      return;
    }
    if (all(place, &json::is_object)) return compare_members(place);
    if (all(place, &json::is_array)) {
      if (auto key = merge_key({place.rendered, place.live, place.applied})) return compare_items(place, *key);
    }
    found_.push_back({fmt::format("{} {}", object_, place.path), text(place.shown_live), text(place.shown_applied)});
  }

  std::vector<LiveDrift> take() {
    std::ranges::sort(found_, {}, &LiveDrift::field);
    return std::move(found_);
  }

 private:
  static bool all(const Place& place, bool (json::*is)() const noexcept) {
    const auto fits = [&](const json* value) { return value != nullptr && (value->*is)(); };
    return fits(place.rendered) && fits(place.live) && fits(place.applied);
  }

  static std::string text(const json* value) { return value == nullptr ? json_null() : value->dump(); }

  void compare_members(const Place& place) {
    std::set<std::string> keys;
    for (const json* object : {place.rendered, place.live, place.applied}) {
      for (const auto& [key, value] : object->items()) keys.insert(key);
    }
    for (const std::string& key : keys) {
      compare({place.path.empty() ? key : place.path + "." + key, member(place.rendered, key), member(place.live, key),
               member(place.applied, key), member(place.shown_live, key), member(place.shown_applied, key)});
    }
  }

  void compare_items(const Place& place, const std::string& key) {
    std::set<json> names;
    for (const json* list : {place.rendered, place.live, place.applied}) {
      for (const json& item : *list) names.insert(item[key]);
    }
    for (const json& name : names) {
      const auto in = [&](const json* list) { return item_named(*list, key, name); };
      compare({fmt::format("{}[{}]", place.path, name.is_string() ? name.get<std::string>() : name.dump()),
               in(place.rendered), in(place.live), in(place.applied), in(place.shown_live), in(place.shown_applied)});
    }
  }

  std::string object_;
  std::set<std::string> autoscaled_;
  std::vector<LiveDrift> found_;
};

void collect_paths(const std::string& path, const json& fields, std::set<std::string>& paths) {
  for (const auto& [key, below] : fields.items()) {
    if (!key.starts_with("f:")) continue;
    const std::string name = path.empty() ? key.substr(2) : path + "." + key.substr(2);
    if (below.empty()) paths.insert(name);
    collect_paths(name, below, paths);
  }
}

/// What somebody scales who is not at a terminal: `kubectl scale` goes by the same subresource.
std::set<std::string> autoscaled_paths(const json& live) {
  std::set<std::string> paths;
  const json* fields = member(member(&live, "metadata"), "managedFields");
  for (const json& entry : fields == nullptr ? json::array() : *fields) {
    if (entry.value("subresource", "") == "scale" && !entry.value("manager", "").starts_with("kubectl")) {
      collect_paths("", entry.value("fieldsV1", json::object()), paths);
    }
  }
  return paths;
}

/// `stringData` is a way to write `data`, and never there to be read.
json with_data_of_secret(json rendered) {
  if (rendered.value("kind", "") == "Secret" && rendered.contains("stringData")) {
    for (const auto& [key, value] : rendered["stringData"].items()) rendered["data"][key] = value;
    rendered.erase("stringData");
  }
  return rendered;
}

}  // namespace

std::vector<LiveDrift> live_differences(const json& rendered, const json& live, const json& applied,
                                        const FingerprintKey* key) {
  const json owned = with_data_of_secret(rendered);
  const json shown_live = shown_object(live, key);
  const json shown_applied = shown_object(applied, key);
  Comparison comparison(display_name(object_name(live)), autoscaled_paths(live));
  comparison.compare({"", &owned, &live, &applied, &shown_live, &shown_applied});
  return comparison.take();
}

LiveDrift absent_object(const ObjectName& name) {
  return {display_name(name), json_text("absent"), json_text("present")};
}

LiveDrift absent_kind(const json& object) {
  return {fmt::format("{}{} ({})", absent_definition, object.value("kind", ""), object.value("apiVersion", "")),
          json_text("absent"), json_text("present")};
}

LiveDrift immutable_object(const ObjectName& name) {
  return {display_name(name), json_text("another, in a field that can't be changed"), json_text("as rendered")};
}

}  // namespace tbx
