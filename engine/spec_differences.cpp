#include "engine/spec_differences.h"

#include <nlohmann/json.hpp>

#include "engine/json_text.h"
#include "engine/value_changes.h"
#include "specs/spec_json.h"

namespace tbx {
namespace {

using nlohmann::json;

/// A list as an object, so that its things are compared by their names.
json keyed(const json& list, const char* key) {
  json object = json::object();
  for (const json& item : list) object[item.at(key).get_ref<const std::string&>()] = item;
  return object;
}

/// Patches and values are JSON inside texts, and are to be compared leaf by leaf too.
json parsed(const json& text) {
  json value = json::parse(text.get_ref<const std::string&>(), nullptr, false);
  return value.is_discarded() ? text : value;
}

json numbered(const json& list) {
  json object = json::object();
  for (std::size_t i = 0; i < list.size(); ++i) object[std::to_string(i)] = parsed(list[i]);
  return object;
}

json comparable(const ClusterSpec& spec) {
  json document = json::parse(to_canonical_json(spec));
  document["nodes"] = keyed(document["nodes"], "name");
  for (json& node : document["nodes"]) node["patches"] = numbered(node["patches"]);
  document["addons"] = keyed(document["addons"], "name");
  for (json& addon : document["addons"]) addon["values"] = parsed(addon["values"]);
  document["routes"] = keyed(document["routes"], "host");
  return document;
}

/// One that came or went is named as a whole.
void compare_things(const std::string& list, const json& before, const json& after, std::vector<Change>& changes) {
  for (const auto& [name, thing] : before.items()) {
    const std::string path = list + "." + name;
    if (!after.contains(name)) {
      changes.push_back({path, json_text("present"), json_null()});
      continue;
    }
    for (Change& change : value_changes(thing.dump(), after.at(name).dump())) {
      changes.push_back({path + "." + change.field, std::move(change.from), std::move(change.to)});
    }
  }
  for (const auto& [name, thing] : after.items()) {
    if (!before.contains(name)) changes.push_back({list + "." + name, json_null(), json_text("present")});
  }
}

}  // namespace

std::vector<Change> differences(const ClusterSpec& before, const ClusterSpec& after) {
  if (before == after) return {};
  json left = comparable(before);
  json right = comparable(after);
  std::vector<Change> things;
  for (const char* list : {"nodes", "addons", "routes"}) {
    compare_things(list, left[list], right[list], things);
    left.erase(list);
    right.erase(list);
  }
  std::vector<Change> changes = value_changes(left.dump(), right.dump());
  changes.insert(changes.end(), things.begin(), things.end());
  return changes;
}

bool is_fingerprint(const std::string& json_text) {
  return json_text.starts_with("\"secret:") || is_new_fingerprint(json_text);
}

bool is_new_fingerprint(const std::string& json_text) { return json_text == "\"(new)\""; }

}  // namespace tbx
