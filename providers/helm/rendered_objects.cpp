#include "providers/helm/rendered_objects.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "providers/helm/go_scalar.h"
#include "providers/json_place.h"
#include "specs/yaml_tree.h"

namespace tbx {

namespace {

using nlohmann::json;

void merge_in(json& mapping, const json& merged) {
  if (merged.is_array()) {
    for (const json& each : merged) merge_in(mapping, each);
  } else if (merged.is_object()) {
    for (const auto& [key, value] : merged.items()) {
      if (!mapping.contains(key)) mapping[key] = value;
    }
  }
}

/// Aliases are expanded, so that a small text can stand for more than any memory holds.
class Conversion {
 public:
  json value_of(const YamlNode& node) {
    if (--values_left_ < 0) return nullptr;
    switch (node.kind) {
      case YamlNode::null:
        return nullptr;
      case YamlNode::plain_scalar:
        return resolve_go_scalar(node.text);
      case YamlNode::quoted_scalar:
        return node.text;
      case YamlNode::mapping:
        return mapping_of(node);
      case YamlNode::list:
        break;
    }
    json list = json::array();
    for (const auto& item : node.children) list.push_back(value_of(*item));
    return list;
  }

  bool is_complete() const { return values_left_ >= 0; }

 private:
  /// Of a key that stands twice the last counts, as in Go.
  json mapping_of(const YamlNode& node) {
    json mapping = json::object();
    json merged;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const YamlNode& key = *node.children[i];
      json value = value_of(*node.children[i + 1]);
      if (key.kind == YamlNode::plain_scalar && key.text == "<<") {
        merged = std::move(value);
      } else {
        mapping[name_of(key)] = std::move(value);
      }
    }
    merge_in(mapping, merged);
    return mapping;
  }

  /// A key `on:` is the boolean true to Go, and "true" in JSON.
  static std::string name_of(const YamlNode& key) {
    const json resolved = key.kind == YamlNode::plain_scalar ? resolve_go_scalar(key.text) : json(key.text);
    return resolved.is_boolean() ? std::string(resolved.get<bool>() ? "true" : "false") : key.text;
  }

  int values_left_ = 1'000'000;
};

/// At lines that begin with `---`, as Helm does it. One document at a time keeps within the limits of the reader.
std::vector<std::string_view> documents_of(std::string_view manifest) {
  std::vector<std::string_view> documents;
  std::size_t start = 0;
  while (start < manifest.size()) {
    const std::size_t end = manifest.find("\n---", start);
    documents.push_back(manifest.substr(start, end == std::string_view::npos ? end : end + 1 - start));
    start = end == std::string_view::npos ? manifest.size() : end + 1;
  }
  return documents;
}

void take_apart(json object, std::vector<json>& objects) {
  if (!object.is_object()) return;
  const bool is_list = object.contains("items") && object["items"].is_array() && object.value("kind", json()) == "List";
  if (!is_list) {
    objects.push_back(std::move(object));
    return;
  }
  for (json& item : object["items"]) take_apart(std::move(item), objects);
}

/// Of the kinds that charts render, those that Kubernetes itself keeps for the whole cluster. To others a namespace
/// does no harm: the API server leaves it out.
bool is_of_cluster(const std::string& kind) {
  constexpr std::array<std::string_view, 15> kinds{"APIService",
                                                   "CSIDriver",
                                                   "ClusterRole",
                                                   "ClusterRoleBinding",
                                                   "CustomResourceDefinition",
                                                   "IngressClass",
                                                   "MutatingWebhookConfiguration",
                                                   "Namespace",
                                                   "PersistentVolume",
                                                   "PriorityClass",
                                                   "RuntimeClass",
                                                   "StorageClass",
                                                   "ValidatingAdmissionPolicy",
                                                   "ValidatingAdmissionPolicyBinding",
                                                   "ValidatingWebhookConfiguration"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

json& mapping_at(json& object, const char* key) {
  json& member = object[key];
  if (!member.is_object()) member = json::object();
  return member;
}

}  // namespace

ObjectName object_name(const json& object) {
  const std::string version = text_at(object, {"apiVersion"});
  const std::size_t slash = version.find('/');
  return {slash == std::string::npos ? "" : version.substr(0, slash), text_at(object, {"kind"}),
          text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"})};
}

std::string display_name(const ObjectName& name) {
  return fmt::format("{} {}{}{}", name.kind, name.namespace_name, name.namespace_name.empty() ? "" : "/", name.name);
}

Result<std::vector<json>> parse_manifest(std::string_view manifest) {
  std::vector<json> objects;
  for (const std::string_view text : documents_of(manifest)) {
    const YamlTrees trees = parse_yaml(*make_source("manifest", std::string(text)));
    if (trees.error) {
      return failure(ErrorKind::malformed_answer, fmt::format("its manifest is no YAML: {}", trees.error->message));
    }
    for (const YamlDocument& document : trees.documents) {
      Conversion conversion;
      json value = document.root == nullptr ? json() : conversion.value_of(*document.root);
      if (!conversion.is_complete()) {
        return failure(ErrorKind::malformed_answer, "its manifest has an object of more than a million values");
      }
      take_apart(std::move(value), objects);
    }
  }
  return objects;
}

Result<std::vector<json>> rendered_objects(const ReleaseRecord& record) {
  auto objects = parse_manifest(record.manifest);
  if (!objects) {
    return tl::unexpected(objects.error());
  }
  std::erase_if(*objects, [](const json& object) { return text_at(object, {"metadata", "name"}).empty(); });
  for (json& object : *objects) {
    json& metadata = mapping_at(object, "metadata");
    if (is_of_cluster(text_at(object, {"kind"}))) {
      metadata.erase("namespace");
    } else if (text_at(object, {"metadata", "namespace"}).empty()) {
      metadata["namespace"] = record.namespace_name;
    }
    mapping_at(metadata, "labels")["app.kubernetes.io/managed-by"] = "Helm";
    json& annotations = mapping_at(metadata, "annotations");
    annotations["meta.helm.sh/release-name"] = record.name;
    annotations["meta.helm.sh/release-namespace"] = record.namespace_name;
  }
  return objects;
}

}  // namespace tbx
