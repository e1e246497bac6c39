// What opens the machines of a cluster to us.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/observed_access.h"
#include "providers/private_work_folder.h"
#include "providers/talos/talosctl.h"

namespace tbx {

/// With a new certificate, valid for a year. `folder`: with secrets.yaml.
Result<std::string> make_talosconfig(Talosctl& talosctl, const std::filesystem::path& folder,
                                     const std::string& cluster, const std::vector<std::string>& endpoints,
                                     std::stop_token stop = {});

/// The one that calls are made with: the user's, while it is there and valid; else one of our own that lives no longer
/// than this process, so that a talosconfig that is lost or worn out hides no cluster whose secrets are there.
class UsableTalosconfig {
 public:
  UsableTalosconfig(Talosctl& talosctl, std::filesystem::path folder)
      : talosctl_(talosctl), folder_(std::move(folder)) {}

  /// Tells talosctl which to use. Without secrets there is none.
  void choose(const std::string& cluster, const CredentialState& credentials);

 private:
  Talosctl& talosctl_;
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::optional<PrivateWorkFolder> own_;
  std::string own_cluster_id_;
};

}  // namespace tbx
