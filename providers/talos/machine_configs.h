// Machine configs as talosctl generates them: the base that a running one is compared with, and whole ones to apply.
#pragma once

#include <compare>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "providers/private_work_folder.h"
#include "providers/talos/config_patches.h"
#include "providers/talos/talosctl.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// What Talos' own generator is told. With the same secrets and the same of this it gives the same bytes.
struct ConfigBase {
  Role role = Role::worker;
  std::string endpoint;            ///< "https://10.77.12.2:6443"
  std::string kubernetes_version;  ///< without the leading v
  std::string install_image;
  std::string install_disk = "/dev/sda";
  std::string contract;  ///< --talos-version: the layout of the documents; "v1.12"
  auto operator<=>(const ConfigBase&) const = default;
};

/// What a config that runs was generated from, as far as it can be told from itself.
ConfigBase base_of(const std::vector<nlohmann::json>& running);

/// The layout for a node that is new: pinned, so that a newer talosctl writes what an older Talos reads.
std::string contract_for(const std::string& talos_version);

/// Runs the generator; several threads at once. Bases are kept, since only the secrets change them.
class MachineConfigs {
 public:
  /// `folder`: _out/<cluster>, with secrets.yaml.
  MachineConfigs(Talosctl& talosctl, std::filesystem::path folder) : talosctl_(talosctl), folder_(std::move(folder)) {}

  /// The documents of a config without any patch.
  Result<std::vector<nlohmann::json>> base(const std::string& cluster, const ConfigBase& base);
  /// A whole config as text, validated by talosctl. It holds secrets.
  Result<std::string> make(const std::string& cluster, const ConfigBase& base, const std::vector<ConfigPatch>& patches,
                           std::stop_token stop);

 private:
  Result<std::string> generate(const std::string& cluster, const ConfigBase& base,
                               const std::vector<std::filesystem::path>& patches, std::stop_token stop);
  Status validate(const PrivateWorkFolder& folder, std::string_view config, std::stop_token stop);

  Talosctl& talosctl_;
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<ConfigBase, std::vector<nlohmann::json>> bases_;
  std::filesystem::file_time_type secrets_changed_ = {};
};

}  // namespace tbx
