// What lies in _out/<cluster>: secrets.yaml, talosconfig, kubeconfig, in the formats of talosctl and kubectl.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/error.h"
#include "engine/observed_access.h"
#include "specs/mask.h"

namespace tbx {

struct CredentialPaths {
  std::filesystem::path secrets;
  std::filesystem::path talosconfig;
  std::filesystem::path kubeconfig;
  std::filesystem::path snapshots;  ///< the folder of etcd's snapshots
};

CredentialPaths credential_paths(const std::filesystem::path& folder);

/// The first 16 digits of a hash: what marks and labels say. `id`: cluster.id of secrets.yaml.
std::string cluster_id_from(const std::string& id);

/// What secrets.yaml says, as far as tbx itself needs it.
struct ClusterSecrets {
  std::string id;
  std::string secret;
};

/// `unreachable` when the file is not there, `malformed_answer` when it is no secrets bundle.
Result<ClusterSecrets> read_secrets(const std::filesystem::path& folder);

/// The key of the fingerprints; empty before there are secrets.
std::optional<FingerprintKey> read_fingerprint_key(const std::filesystem::path& folder);

/// Looks at a folder; files that did not change are not read again.
class CredentialReader {
 public:
  explicit CredentialReader(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Valid until the next call.
  const CredentialState& observe();
  std::optional<FingerprintKey> fingerprint_key();
  const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Stamp {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  void refresh();

  std::filesystem::path folder_;
  std::map<std::filesystem::path, Stamp> stamps_;
  bool looked_ = false;
  CredentialState state_;
  std::optional<FingerprintKey> key_;
};

/// Keeps a kubeconfig that Talos printed, with the server at `address`: the one that Talos writes is the control
/// plane's endpoint, which need not be reachable from here. malformed_answer when it is none of one cluster.
Status write_kubeconfig(const std::filesystem::path& folder, std::string_view printed, const std::string& address);

/// Deletes the files that tbx puts there and the snapshots, and the folder when nothing else lies in it.
Status remove_credentials(const std::filesystem::path& folder);

/// What remove_credentials would delete, sorted.
std::vector<std::filesystem::path> credential_files(const std::filesystem::path& folder);

}  // namespace tbx
