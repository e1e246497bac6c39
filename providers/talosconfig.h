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
#include "providers/tools.h"

namespace tbx {

/// With a new certificate, valid for a year. `folder`: with secrets.yaml.
Result<std::string> make_talosconfig(Tools& tools, const std::filesystem::path& folder,
                                     const std::string& cluster, const std::vector<std::string>& endpoints,
                                     std::stop_token stop = {});

/// The one that calls are made with: the user's, while it is there and valid; else one of our own that lives no longer
/// than this process, so that a talosconfig that is lost or worn out hides no cluster whose secrets are there.
class UsableTalosconfig {
 public:
  UsableTalosconfig(Tools& tools, std::filesystem::path folder) : tools_(tools), folder_(std::move(folder)) {}

  /// Without secrets it is the user's, whether it is there or not: talosctl makes an empty one where none is, so look
  /// before a call.
  std::filesystem::path choose(const std::string& cluster, const CredentialState& credentials);

 private:
  Tools& tools_;
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::optional<PrivateWorkFolder> own_;
  std::string own_cluster_id_;
};

}  // namespace tbx
