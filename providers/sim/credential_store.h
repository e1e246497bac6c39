// Where the credentials of a simulated cluster are kept: in the files of _out/<cluster>, or only in memory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "providers/credentials.h"

namespace tbx::sim {

class CredentialStore {
 public:
  virtual ~CredentialStore() = default;
  /// Valid until the next call of any member.
  virtual const CredentialState& observe() = 0;
  /// Empty before there are secrets.
  virtual std::optional<FingerprintKey> fingerprint_key() = 0;
  /// Like `talosctl gen secrets`. Those that are there stay.
  virtual Status generate_secrets() = 0;
  virtual Status write_talosconfig(const std::string& cluster, const std::vector<std::string>& endpoints) = 0;
  /// `address`: of a control plane, without port.
  virtual Status write_kubeconfig(const std::string& cluster, const std::string& address) = 0;
  /// Keeps etcd's data, taken before `target` changes.
  virtual Status save_snapshot(const std::string& target, const std::string& text) = 0;
  virtual Status remove() = 0;
};

class CredentialFolder : public CredentialStore {
 public:
  explicit CredentialFolder(std::filesystem::path folder) : reader_(std::move(folder)) {}

  const CredentialState& observe() override { return reader_.observe(); }
  std::optional<FingerprintKey> fingerprint_key() override { return reader_.fingerprint_key(); }
  Status generate_secrets() override;
  Status write_talosconfig(const std::string& cluster, const std::vector<std::string>& endpoints) override;
  Status write_kubeconfig(const std::string& cluster, const std::string& address) override;
  Status save_snapshot(const std::string& target, const std::string& text) override;
  Status remove() override;

 private:
  CredentialReader reader_;
};

/// For a world that nobody keeps: no file is read or written.
class CredentialMemory : public CredentialStore {
 public:
  /// Nothing, unless said otherwise.
  struct Contents {
    CredentialState state = {Presence::absent, "", Presence::absent, {}, Presence::absent, ""};
    std::optional<FingerprintKey> key = {};
  };

  /// `secret`: what new secrets are made from, so that the same gives the same cluster ID.
  explicit CredentialMemory(std::string secret) : secret_(std::move(secret)) {}
  CredentialMemory(std::string secret, Contents contents)
      : secret_(std::move(secret)), contents_(std::move(contents)) {}

  const CredentialState& observe() override { return contents_.state; }
  std::optional<FingerprintKey> fingerprint_key() override { return contents_.key; }
  Status generate_secrets() override;
  Status write_talosconfig(const std::string& cluster, const std::vector<std::string>& endpoints) override;
  Status write_kubeconfig(const std::string& cluster, const std::string& address) override;
  Status save_snapshot(const std::string&, const std::string&) override { return {}; }
  Status remove() override;

 private:
  std::string secret_;
  Contents contents_;
};

}  // namespace tbx::sim
