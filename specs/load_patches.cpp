#include <fmt/format.h>

#include <algorithm>

#include "specs/did_you_mean.h"
#include "specs/load_steps.h"

namespace tbx {
namespace {

using nlohmann::json;

/// The keys of Talos' first config document, which has no `kind`.
const std::vector<std::string> machine_config_keys{"cluster", "debug", "machine", "persist", "version"};

constexpr std::string_view no_json_patch =
    "a list of op and path (JSON6902) can't patch a Talos config of several documents: write the keys to merge instead";

constexpr std::string_view no_host_name = "tbx sets the host name, as it has to be the machine's name: leave it out";

/// Source: Talos, Validate in pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go.
const json::json_pointer only_on_control_planes("/cluster/etcd");

/// One patch with the document it stands in, which may be a file of its own.
struct Patch {
  const Document& document;
  const json& value;
  std::string path;
};

void complain_about(Loading& loading, const Patch& patch, std::string_view below, std::string message) {
  const std::string path = patch.path + std::string(below);
  const Position at = below.empty() ? value_position(patch.document, path) : key_position(patch.document, path);
  loading.problems.push_back(make_problem(*patch.document.source, at, path, std::move(message)));
}

bool is_json_patch(const json& value) {
  return value.is_array() || (value.is_object() && value.contains("op") && value.contains("path"));
}

/// A document of another kind, such as a VolumeConfig, is left to Talos to judge.
void check_keys(Loading& loading, const Patch& patch) {
  if (patch.value.contains("kind")) return;
  for (const auto& key : patch.value.items()) {
    if (std::ranges::count(machine_config_keys, key.key()) > 0) continue;
    std::string hint = did_you_mean(key.key(), machine_config_keys);
    if (hint.empty()) hint = ": it begins with machine or cluster, or names its kind and apiVersion";
    complain_about(loading, patch, child_path("", key.key()),
                   in_quotes(key.key()) + " is no key of a Talos machine config" + hint);
  }
}

void check_role(Loading& loading, const Patch& patch, PatchedNodes nodes) {
  if (nodes == PatchedNodes::workers && patch.value.contains(only_on_control_planes)) {
    complain_about(loading, patch, only_on_control_planes.to_string(),
                   "Talos takes this on control planes only: move it to controlPlane.patches");
  }
}

bool check_patch(Loading& loading, const Patch& patch, PatchedNodes nodes) {
  const std::size_t before = loading.problems.size();
  if (is_json_patch(patch.value)) {
    complain_about(loading, patch, "", std::string(no_json_patch));
  } else if (!patch.value.is_object() || patch.value.empty()) {
    complain_about(loading, patch, "", "a patch has to be a mapping of machine-config keys, and this is none");
  } else if (patch.value.value("kind", json()) == "HostnameConfig") {
    complain_about(loading, patch, "/kind", std::string(no_host_name));
  } else {
    check_keys(loading, patch);
    check_role(loading, patch, nodes);
    const json::json_pointer hostname("/machine/network/hostname");
    if (patch.value.contains(hostname)) {
      complain_about(loading, patch, "/machine/network/hostname", std::string(no_host_name));
    }
  }
  return loading.problems.size() == before;
}

void load_patch_file(Loading& loading, const Field& name, PatchedNodes nodes, std::vector<std::string>& patches) {
  for (const Document& document : read_beside(loading, name, DocumentCount::many)) {
    loading.origins.push_back({"", *text_of(name), "", document.value.dump()});
    if (check_patch(loading, {document, document.value, ""}, nodes)) patches.push_back(document.value.dump());
  }
}

}  // namespace

std::vector<std::string> load_patches(Loading& loading, const Field& patches, PatchedNodes nodes) {
  std::vector<std::string> loaded;
  for (const Field& patch : children(patches)) {
    if (patch.value->is_string()) {
      load_patch_file(loading, patch, nodes, loaded);
    } else if (patch.value->is_object() || patch.value->is_array()) {
      loading.origins.push_back({"", "", patch.path, patch.value->dump()});
      const bool good = check_patch(loading, {loading.document, *patch.value, patch.path}, nodes);
      if (good) loaded.push_back(patch.value->dump());
    }
  }
  return loaded;
}

std::vector<std::string> patches_for_workers(const std::vector<std::string>& patches) {
  std::vector<std::string> kept;
  for (const std::string& text : patches) {
    json patch = json::parse(text);
    if (!patch.contains(only_on_control_planes)) {
      kept.push_back(text);
      continue;
    }
    patch["cluster"].erase("etcd");
    if (patch["cluster"].empty()) patch.erase("cluster");
    if (!patch.empty()) kept.push_back(patch.dump());
  }
  return kept;
}

}  // namespace tbx
