#include "engine/config_paths.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

namespace tbx {

namespace {

using nlohmann::json;

/// Keys that tell one item of a list from another, best first.
constexpr std::array<std::string_view, 12> identifying = {"/deviceSelector/hardwareAddr",
                                                          "/deviceSelector/permanentAddr",
                                                          "/deviceSelector/busPath",
                                                          "/interface",
                                                          "/name",
                                                          "/device",
                                                          "/path",
                                                          "/destination",
                                                          "/network",
                                                          "/vlanId",
                                                          "/publicKey",
                                                          "/subnet"};

/// Lists that Talos reads as sets: their order means nothing.
constexpr std::array<std::string_view, 8> sets = {"certSANs",  "validSubnets", "advertisedSubnets", "listenSubnets",
                                                  "addresses", "namespaces",   "usernames",         "runtimeClasses"};

/// Lists that a patch replaces; all others it appends to. Source: Talos docs, "Configuration patches".
constexpr std::array<std::string_view, 2> replaced = {"podSubnets", "serviceSubnets"};

std::string_view last_key(std::string_view path) {
  std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

bool has_only_scalars(const json& list) {
  return std::ranges::all_of(list, [](const json& item) { return !item.is_object(); });
}

json sorted_set(json list) {
  auto& items = list.get_ref<json::array_t&>();
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return list;
}

std::string plain_text(const json& scalar) { return scalar.is_string() ? scalar.get<std::string>() : scalar.dump(); }

std::optional<std::string> identity_of(const json& item) {
  for (std::string_view pointer : identifying) {
    json::json_pointer at{std::string(pointer)};
    if (item.contains(at) && item.at(at).is_primitive() && !item.at(at).is_null()) {
      return plain_text(item.at(at));
    }
  }
  return std::nullopt;
}

class Flattening {
 public:
  void add_document(const json& document) {
    if (!document.is_object()) {
      return;
    }
    if (!document.contains("kind")) {
      add(document, "");
      return;
    }
    json rest = document;
    std::string prefix = plain_text(rest["kind"]);
    if (rest.contains("name")) {
      prefix += '[' + plain_text(rest["name"]) + ']';
    }
    for (const char* key : {"apiVersion", "kind", "name"}) {
      rest.erase(key);
    }
    std::size_t before = leaves_.size();
    add(rest, prefix);
    if (leaves_.size() == before) {
      leaves_[prefix] = "{}";
    }
  }

  FlatConfig take() && { return std::move(leaves_); }

 private:
  void add(const json& value, const std::string& path) {
    if (value.is_object()) {
      add_map(value, path);
    } else if (value.is_array() && has_only_scalars(value)) {
      add_scalars(value, path);
    } else if (value.is_array()) {
      add_items(value, path);
    } else if (!value.is_null()) {
      leaves_[path] = value.dump();
    }
  }

  void add_map(const json& map, const std::string& path) {
    if (map.value("$patch", json()) == "delete") {
      leaves_[path] = "null";
      return;
    }
    for (const auto& [key, value] : map.items()) {
      add(value, path.empty() ? key : path + '.' + key);
    }
  }

  void add_scalars(const json& list, const std::string& path) {
    if (list.empty()) {
      return;
    }
    bool is_set = std::ranges::count(sets, last_key(path)) > 0;
    leaves_[path] = (is_set ? sorted_set(list) : list).dump();
  }

  void add_items(const json& list, const std::string& path) {
    std::map<std::string, int> seen;
    int nameless = 0;
    for (const json& item : list) {
      std::optional<std::string> identity = identity_of(item);
      std::string place = identity ? *identity : std::to_string(nameless++);
      if (int count = ++seen[place]; count > 1) {
        place += '#' + std::to_string(count);
      }
      add(item, path + '[' + place + ']');
    }
  }

  FlatConfig leaves_;
};

/// What a patch had to say to lead from one list to the other.
std::string list_difference(const std::string& path, const std::string& base_text, const std::string& running_text) {
  json base = json::parse(base_text);
  json running = json::parse(running_text);
  bool is_replaced = std::ranges::count(replaced, last_key(path)) > 0;
  if (is_replaced || !base.is_array() || !running.is_array()) {
    return running_text;
  }
  json added = json::array();
  for (const json& item : running) {
    auto known = std::ranges::find(base, item);
    if (known == base.end()) {
      added.push_back(item);
    } else {
      base.erase(known);
    }
  }
  return base.empty() ? added.dump() : running_text;
}

}  // namespace

FlatConfig flatten_config(const std::vector<json>& documents) {
  Flattening flattening;
  for (const json& document : documents) {
    flattening.add_document(document);
  }
  return std::move(flattening).take();
}

FlatConfig config_overlay(const FlatConfig& base, const FlatConfig& running, const std::set<std::string>& kept) {
  FlatConfig overlay;
  for (const auto& [path, value] : running) {
    auto generated = base.find(path);
    if (generated == base.end()) {
      overlay[path] = value;
    } else if (generated->second != value) {
      overlay[path] = list_difference(path, generated->second, value);
    } else if (kept.contains(path)) {
      overlay[path] = value;
    }
  }
  for (const auto& [path, value] : base) {
    if (!running.contains(path)) {
      overlay[path] = "null";
    }
  }
  return overlay;
}

}  // namespace tbx
