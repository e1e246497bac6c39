#include "providers/credentials.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "providers/api_server.h"
#include "providers/certificate.h"
#include "providers/json_place.h"
#include "providers/private_file.h"
#include "providers/private_work_folder.h"
#include "specs/document.h"
#include "specs/sha256.h"

namespace tbx {

namespace {

namespace fs = std::filesystem;

/// The file's value; null when it is not there or no YAML.
Result<nlohmann::json> read_yaml_file(const fs::path& path) {
  auto text = read_private_file(path);
  if (!text) {
    return tl::unexpected(text.error());
  }
  ReadDocuments read = read_yaml(make_source(path.string(), std::move(*text)), DocumentCount::one);
  if (read.documents.empty() || !read.documents.front().value.is_object()) {
    return failure(ErrorKind::malformed_answer,
                   fmt::format("{} is not what it should be: no YAML mapping", path.string()));
  }
  return std::move(read.documents.front().value);
}

Presence presence_of(const fs::path& path, const Result<nlohmann::json>& read) {
  std::error_code error;
  if (read) {
    return Presence::present;
  }
  return fs::exists(path, error) || error ? Presence::unknown : Presence::absent;
}

std::vector<std::string> endpoints_in(const nlohmann::json& talosconfig) {
  std::vector<std::string> endpoints;
  std::string context = text_at(talosconfig, {"context"});
  if (!talosconfig.contains("contexts") || !talosconfig["contexts"].contains(context)) {
    return endpoints;
  }
  for (const nlohmann::json& endpoint : talosconfig["contexts"][context].value("endpoints", nlohmann::json::array())) {
    if (endpoint.is_string()) {
      endpoints.push_back(endpoint.get<std::string>());
    }
  }
  std::ranges::sort(endpoints);
  return endpoints;
}

/// Of a talosconfig's own context; base64 of a PEM block.
std::string client_certificate(const nlohmann::json& talosconfig) {
  std::string context = text_at(talosconfig, {"context"});
  return talosconfig.contains("contexts") && talosconfig["contexts"].contains(context)
             ? text_at(talosconfig["contexts"][context], {"crt"})
             : "";
}

/// Tools stop when it ends. One that can't be read, as in the simulated world, says nothing of its end.
bool expires_soon(const std::string& certificate) {
  constexpr double renewed_before_days = 30;
  auto ends = certificate_ends_at(certificate);
  return ends && *ends - std::chrono::system_clock::now() <
                     std::chrono::duration<double, std::ratio<86400>>(renewed_before_days);
}

}  // namespace

CredentialPaths credential_paths(const fs::path& folder) {
  return {folder / "secrets.yaml", folder / "talosconfig", folder / "kubeconfig", folder / "snapshots"};
}

std::string cluster_id_from(const std::string& id) { return sha256_hex(id).substr(0, 16); }

Result<ClusterSecrets> read_secrets(const fs::path& folder) {
  fs::path path = credential_paths(folder).secrets;
  auto document = read_yaml_file(path);
  if (!document) {
    return tl::unexpected(document.error());
  }
  ClusterSecrets secrets{text_at(*document, {"cluster", "id"}), text_at(*document, {"cluster", "secret"})};
  if (secrets.id.empty() || secrets.secret.empty()) {
    return failure(
        ErrorKind::malformed_answer,
        fmt::format("{} is no secrets bundle of talosctl: cluster.id or cluster.secret is missing", path.string()));
  }
  return secrets;
}

std::optional<FingerprintKey> read_fingerprint_key(const fs::path& folder) {
  auto secrets = read_secrets(folder);
  if (!secrets) {
    return std::nullopt;
  }
  return fingerprint_key_from(secrets->secret);
}

const CredentialState& CredentialReader::observe() {
  refresh();
  return state_;
}

std::optional<FingerprintKey> CredentialReader::fingerprint_key() {
  refresh();
  return key_;
}

void CredentialReader::refresh() {
  CredentialPaths paths = credential_paths(folder_);
  std::map<fs::path, Stamp> stamps;
  for (const fs::path& path : {paths.secrets, paths.talosconfig, paths.kubeconfig}) {
    std::error_code error;
    fs::file_time_type changed = fs::last_write_time(path, error);
    if (!error) {
      stamps[path] = {changed, fs::file_size(path, error)};
    }
  }
  if (looked_ && stamps == stamps_) {
    return;
  }
  stamps_ = std::move(stamps);
  looked_ = true;
  state_ = {};
  auto secrets = read_secrets(folder_);
  std::error_code error;
  state_.secrets = secrets                                     ? Presence::present
                   : fs::exists(paths.secrets, error) || error ? Presence::unknown
                                                               : Presence::absent;
  state_.cluster_id = secrets ? cluster_id_from(secrets->id) : "";
  key_ = secrets ? std::optional(fingerprint_key_from(secrets->secret)) : std::nullopt;
  auto talosconfig = read_yaml_file(paths.talosconfig);
  // talosctl makes an empty one wherever it is told to use one that is not there.
  bool is_empty = talosconfig && client_certificate(*talosconfig).empty();
  state_.talosconfig = is_empty ? Presence::absent : presence_of(paths.talosconfig, talosconfig);
  state_.talosconfig_endpoints = talosconfig ? endpoints_in(*talosconfig) : std::vector<std::string>{};
  state_.talosconfig_expires_soon = talosconfig && expires_soon(client_certificate(*talosconfig));
  auto kubeconfig = read_yaml_file(paths.kubeconfig);
  state_.kubeconfig = presence_of(paths.kubeconfig, kubeconfig);
  state_.kubeconfig_server = kubeconfig ? text_at(first_of(at(*kubeconfig, {"clusters"})), {"cluster", "server"}) : "";
  state_.kubeconfig_expires_soon =
      kubeconfig && expires_soon(text_at(first_of(at(*kubeconfig, {"users"})), {"user", "client-certificate-data"}));
}

Status write_kubeconfig(const fs::path& folder, std::string_view printed, const std::string& address) {
  constexpr std::string_view key = "server: ";
  std::size_t begin = printed.find(key);
  std::size_t end = std::min(printed.find('\n', begin), printed.size());
  bool is_of_one_cluster = begin != std::string_view::npos && printed.find(key, end) == std::string_view::npos &&
                           printed.find("certificate-authority-data: ") != std::string_view::npos;
  if (!is_of_one_cluster) {
    return failure(ErrorKind::malformed_answer, "talosctl kubeconfig printed no kubeconfig of one cluster");
  }
  return write_private_file(
      credential_paths(folder).kubeconfig,
      fmt::format("{}{}https://{}:{}{}", printed.substr(0, begin), key, address, api_port, printed.substr(end)));
}

std::vector<fs::path> credential_files(const fs::path& folder) {
  CredentialPaths paths = credential_paths(folder);
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::path& path : {paths.secrets, paths.talosconfig, paths.kubeconfig}) {
    if (fs::exists(path, error)) {
      files.push_back(path);
    }
  }
  for (const auto& entry : fs::directory_iterator(paths.snapshots, error)) {
    if (entry.path().extension() == ".snapshot") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

Status remove_credentials(const fs::path& folder) {
  std::error_code error;
  for (const fs::path& path : credential_files(folder)) {
    fs::remove(path, error);
    if (error) {
      return failure(ErrorKind::rejected, fmt::format("cannot remove {}", path.string()), error.message());
    }
  }
  PrivateWorkFolder::remove_all(folder);
  // Only what is empty: a file that tbx does not know keeps its folder.
  fs::remove(credential_paths(folder).snapshots, error);
  fs::remove(folder, error);
  return {};
}

}  // namespace tbx
