#include "providers/talos/machine_configs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/json_place.h"
#include "providers/private_work_folder.h"
#include "providers/talos/parse_machine_config.h"
#include "specs/load.h"
#include "specs/versions.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The document without a kind, which every layout has.
const json* main_document(const std::vector<json>& documents) {
  auto place = std::ranges::find_if(documents, [](const json& each) { return !each.contains("kind"); });
  return place == documents.end() ? nullptr : &*place;
}

/// "ghcr.io/siderolabs/kubelet:v1.35.2" -> "1.35.2"
std::string tag_of(const std::string& image) {
  std::size_t colon = image.rfind(':');
  std::string tag = colon == std::string::npos ? "" : image.substr(colon + 1);
  return tag.starts_with('v') ? tag.substr(1) : tag;
}

bool has_kind(const std::vector<json>& documents, std::string_view kind) {
  return std::ranges::any_of(documents, [&](const json& each) { return each.value("kind", "") == kind; });
}

/// JSON is YAML too.
std::string text_of(const ConfigPatch& patch) {
  std::string text;
  for (const json& document : patch) {
    text += (text.empty() ? "" : "---\n") + document.dump() + "\n";
  }
  return text;
}

const char* role_name(Role role) { return role == Role::control_plane ? "controlplane" : "worker"; }

}  // namespace

ConfigBase base_of(const std::vector<json>& running) {
  ConfigBase base;
  const json* main = main_document(running);
  if (main == nullptr) {
    return base;
  }
  base.role = text_at(*main, {"machine", "type"}) == "worker" ? Role::worker : Role::control_plane;
  base.endpoint = text_at(*main, {"cluster", "controlPlane", "endpoint"});
  base.kubernetes_version = tag_of(text_at(*main, {"machine", "kubelet", "image"}));
  base.install_image = text_at(*main, {"machine", "install", "image"});
  std::string disk = text_at(*main, {"machine", "install", "disk"});
  base.install_disk = disk.empty() ? base.install_disk : disk;
  base.contract = has_kind(running, "HostnameConfig") ? "v1.12" : "v1.11";
  return base;
}

std::string contract_for(const std::string& talos_version) {
  auto version = parse_version(talos_version);
  return version && version->major == 1 && version->minor <= 11 ? "v1.11" : "v1.12";
}

Result<std::string> MachineConfigs::generate(const std::string& cluster, const ConfigBase& base,
                                             const std::vector<fs::path>& patches, std::stop_token stop) {
  const char* patch_flag = base.role == Role::control_plane ? "--config-patch-control-plane" : "--config-patch-worker";
  std::vector<std::string> arguments{"gen",
                                     "config",
                                     cluster,
                                     base.endpoint,
                                     "--with-secrets",
                                     text_from_path(credential_paths(folder_).secrets),
                                     "--talos-version",
                                     base.contract,
                                     "--kubernetes-version",
                                     base.kubernetes_version,
                                     "--install-disk",
                                     base.install_disk,
                                     "--install-image",
                                     base.install_image,
                                     "--with-docs=false",
                                     "--with-examples=false",
                                     "-t",
                                     role_name(base.role),
                                     "-o",
                                     "-"};
  for (const fs::path& patch : patches) {
    arguments.insert(arguments.end(), {patch_flag, "@" + text_from_path(patch)});
  }
  auto text = talosctl_.ask(Talosctl::offline(std::move(arguments)), std::move(stop));
  if (!text) {
    return tl::unexpected(text.error().error);
  }
  return std::move(*text);
}

Result<std::vector<json>> MachineConfigs::base(const std::string& cluster, const ConfigBase& base) {
  std::error_code error;
  auto changed = fs::last_write_time(credential_paths(folder_).secrets, error);
  {
    std::lock_guard lock(mutex_);
    if (changed != std::exchange(secrets_changed_, changed)) {
      bases_.clear();
    }
    if (auto known = bases_.find(base); known != bases_.end()) {
      return known->second;
    }
  }
  auto text = generate(cluster, base, {}, {});
  if (!text) {
    return tl::unexpected(text.error());
  }
  auto documents = parse_machine_config(*text);
  if (documents) {
    std::lock_guard lock(mutex_);
    bases_.emplace(base, *documents);
  }
  return documents;
}

Status MachineConfigs::validate(const PrivateWorkFolder& folder, std::string_view config, std::stop_token stop) {
  // Talos' own check passes a file that lacks its main document.
  if (auto documents = parse_machine_config(config); !documents) {
    return tl::unexpected(documents.error());
  }
  auto file = folder.write("config.yaml", config);
  if (!file) {
    return tl::unexpected(file.error());
  }
  auto valid =
      talosctl_.ask(Talosctl::offline({"validate", "-c", text_from_path(*file), "-m", "metal"}), std::move(stop));
  if (!valid) {
    return tl::unexpected(valid.error().error);
  }
  return {};
}

Result<std::string> MachineConfigs::make(const std::string& cluster, const ConfigBase& base,
                                         const std::vector<ConfigPatch>& patches, std::stop_token stop) {
  auto folder = PrivateWorkFolder::make(folder_);
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  std::vector<fs::path> files;
  for (const ConfigPatch& patch : patches) {
    auto file = folder->write(fmt::format("patch-{}.yaml", files.size()), text_of(patch));
    if (!file) {
      return tl::unexpected(file.error());
    }
    files.push_back(*file);
  }
  auto config = generate(cluster, base, files, stop);
  if (!config) {
    return config;
  }
  if (Status valid = validate(*folder, *config, stop); !valid) {
    return tl::unexpected(valid.error());
  }
  return config;
}

}  // namespace tbx
