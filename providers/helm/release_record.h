// What Helm writes down of each revision of a release: a Secret that holds base64 of gzip of JSON.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "providers/cluster_label.h"

namespace tbx {

struct ReleaseRecord {
  std::string name;
  std::string namespace_name;
  int revision = 0;
  std::string status;                                ///< Helm's word: deployed, failed, pending-install, …
  std::string description;                           ///< of what Helm did last; of a failed revision the error's text
  std::int64_t changed_at = 0;                       ///< seconds since 1970, by the clock of the machine that ran helm
  std::string chart;                                 ///< name only
  std::string version;                               ///< chart version
  nlohmann::json values = nlohmann::json::object();  ///< the user's, in the clear
  std::string manifest;                       ///< YAML documents as rendered, without hooks; Secrets in the clear
  std::map<std::string, std::string> labels;  ///< of the Secret: Helm's own, and `--labels`
};

/// A record unpacks to several MiB at most, since a Secret holds 1 MiB of it.
inline constexpr std::size_t largest_record_bytes = std::size_t{64} << 20U;

/// One Secret of `kubectl get secrets -o json`; `malformed_answer`, naming the Secret, when it is no release.
Result<ReleaseRecord> release_record(const nlohmann::json& secret);

/// Of a list of such Secrets the newest revision of each release; sorted by name, then namespace. Older revisions are
/// not unpacked.
Result<std::vector<ReleaseRecord>> newest_records(std::string_view secrets);

/// "2026-11-28T16:26:38.922Z" in seconds since 1970; 0 for what is no such text.
std::int64_t seconds_of_rfc3339(std::string_view text);

/// Pending, so that some helm works on it or was killed while it did.
bool is_locked(std::string_view status);

}  // namespace tbx
