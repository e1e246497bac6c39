#include "providers/sim/credential_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/private_file.h"
#include "providers/sim/sim_credentials.h"
#include "providers/snapshots.h"

namespace tbx::sim {

Status CredentialFolder::generate_secrets() { return write_secrets(reader_.folder()); }

Status CredentialFolder::write_talosconfig(const std::string& cluster, const std::vector<std::string>& endpoints) {
  return sim::write_talosconfig(reader_.folder(), cluster, endpoints);
}

Status CredentialFolder::write_kubeconfig(const std::string& cluster, const std::string& address) {
  return sim::write_kubeconfig(reader_.folder(), cluster, address);
}

Status CredentialFolder::save_snapshot(const std::string& target, const std::string& text) {
  std::filesystem::path folder = credential_paths(reader_.folder()).snapshots;
  auto file = next_snapshot(folder, target);
  if (!file) {
    return tl::unexpected(file.error());
  }
  if (Status written = write_private_file(*file, text); !written) {
    return written;
  }
  return forget_old_snapshots(folder);
}

Status CredentialFolder::remove() { return remove_credentials(reader_.folder()); }

Status CredentialMemory::generate_secrets() {
  if (contents_.state.secrets != Presence::present) {
    contents_.state.secrets = Presence::present;
    contents_.state.cluster_id = cluster_id_from(secret_);
    contents_.key = fingerprint_key_from(secret_);
  }
  return {};
}

Status CredentialMemory::write_talosconfig(const std::string&, const std::vector<std::string>& endpoints) {
  contents_.state.talosconfig = Presence::present;
  contents_.state.talosconfig_endpoints = endpoints;
  std::ranges::sort(contents_.state.talosconfig_endpoints);
  return {};
}

Status CredentialMemory::write_kubeconfig(const std::string&, const std::string& address) {
  contents_.state.kubeconfig = Presence::present;
  contents_.state.kubeconfig_server = fmt::format("https://{}:6443", address);
  return {};
}

Status CredentialMemory::remove() {
  contents_ = {};
  return {};
}

}  // namespace tbx::sim
