#include "engine/value_changes.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/json_text.h"

namespace tbx {

namespace {

using nlohmann::json;

std::string text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void compare(const std::string& path, const json* from, const json* to, std::vector<Change>& changes);

void compare_objects(const std::string& path, const json& from, const json& to, std::vector<Change>& changes) {
  auto at = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  for (const auto& [key, value] : from.items()) {
    compare(at(key), &value, to.contains(key) ? &to.at(key) : nullptr, changes);
  }
  for (const auto& [key, value] : to.items()) {
    if (!from.contains(key)) {
      compare(at(key), nullptr, &value, changes);
    }
  }
}

void compare(const std::string& path, const json* from, const json* to, std::vector<Change>& changes) {
  static const json empty = json::object();
  bool from_is_tree = from != nullptr && from->is_object();
  bool to_is_tree = to != nullptr && to->is_object();
  if ((from_is_tree || from == nullptr) && (to_is_tree || to == nullptr) && (from_is_tree || to_is_tree)) {
    compare_objects(path, from_is_tree ? *from : empty, to_is_tree ? *to : empty, changes);
  } else if (from == nullptr || to == nullptr || *from != *to) {
    changes.push_back({path, from == nullptr ? json_null() : text(*from), to == nullptr ? json_null() : text(*to)});
  }
}

}  // namespace

std::vector<Change> value_changes(const std::string& from, const std::string& to) {
  std::vector<Change> changes;
  if (from == to) {
    return changes;
  }
  json left = json::parse(from, nullptr, false);
  json right = json::parse(to, nullptr, false);
  compare("", &left, &right, changes);
  std::ranges::sort(changes, {}, &Change::field);
  return changes;
}

}  // namespace tbx
