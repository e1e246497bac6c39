#include "providers/talos/parse_machine_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "specs/document.h"

namespace tbx {

namespace {

using nlohmann::json;

FlatConfig flatten_masked(const std::vector<json>& documents, const FingerprintKey* key) {
  std::vector<json> masked_documents;
  for (const json& document : documents) {
    masked_documents.push_back(json::parse(mask_secrets(document.dump(), key)));
  }
  return flatten_config(masked_documents);
}

/// Only the first document, which has no `kind`, makes a config: others alone pass even Talos' own validation.
bool has_machine(const std::vector<json>& documents) {
  return std::ranges::any_of(documents, [](const json& document) {
    return !document.contains("kind") && document.contains("machine") && document["machine"].is_object();
  });
}

/// Talos 1.12 sends the config as a block scalar, and talosctl 1.11 passes it on with its head and its indentation.
std::string text_in_block_scalar(const std::string& text) {
  ReadDocuments read = read_yaml(make_source("machine config", text), DocumentCount::one);
  const bool is_text = !has_errors(read.problems) && read.documents.front().value.is_string();
  return is_text ? read.documents.front().value.get<std::string>() : text;
}

}  // namespace

Result<std::vector<json>> parse_machine_config(std::string_view yaml) {
  ReadDocuments read = read_yaml(make_source("machine config", std::string(yaml)), DocumentCount::many);
  if (has_errors(read.problems)) {
    return failure(
        ErrorKind::malformed_answer,
        fmt::format("the machine config can't be read: line {} is no usable YAML", read.problems.front().line));
  }
  std::vector<json> documents;
  for (Document& document : read.documents) {
    if (!document.value.is_object()) {
      return failure(ErrorKind::malformed_answer, "the machine config holds a document that is no mapping");
    }
    documents.push_back(std::move(document.value));
  }
  if (!has_machine(documents)) {
    return failure(ErrorKind::malformed_answer, "the machine config has no v1alpha1 document");
  }
  return documents;
}

Result<std::vector<json>> active_machine_config(const TalosResource& resource) {
  if (resource.type != "MachineConfigs.config.talos.dev" || resource.id != "v1alpha1" || !resource.spec.is_string()) {
    return failure(ErrorKind::malformed_answer, "talosctl printed no active machine config");
  }
  const auto& text = resource.spec.get_ref<const std::string&>();
  return parse_machine_config(text.starts_with('|') ? text_in_block_scalar(text) : text);
}

FlatConfig machine_config_overlay(const std::vector<json>& base, const std::vector<json>& running,
                                  const FingerprintKey* key, const std::set<std::string>& kept) {
  return config_overlay(flatten_masked(base, key), flatten_masked(running, key), kept);
}

}  // namespace tbx
