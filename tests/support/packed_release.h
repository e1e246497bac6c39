// Releases as Helm puts them into Secrets, for tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tbx::test {

struct PackedRelease {
  std::string name = "web";
  std::string namespace_name = "web";
  int revision = 1;
  std::string status = "deployed";
  std::string chart = "web";
  std::string version = "1.2.0";
  nlohmann::json values = nlohmann::json::object();
  std::string manifest = {};
  std::string cluster_id = {};    ///< of the label; empty: without
  std::string chart_digest = {};  ///< of the label; empty: without
  std::string last_deployed = "2026-11-28T16:26:38.922Z";
};

/// gzip, as Helm packs.
std::string gzipped(const std::string& text);

/// The Secret as `kubectl get secrets -o json` prints it.
nlohmann::json release_secret(const PackedRelease& release);

/// {"kind": "List", "items": …}
std::string list_text(const nlohmann::json& items);

}  // namespace tbx::test
