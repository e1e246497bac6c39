// Talos and etcd, through talosctl.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "engine/provider.h"
#include "providers/credentials.h"
#include "providers/talos/client_version.h"
#include "providers/talos/machine_configs.h"
#include "providers/talos/talosctl.h"
#include "providers/talosconfig.h"
#include "providers/tools.h"

namespace tbx {

/// Needs the host's facts: machines are found by their marks, and asked at the addresses that the host found.
class TalosProvider : public Provider {
 public:
  /// `folder`: _out/<cluster>, where secrets and credentials lie.
  TalosProvider(Tools& tools, const std::filesystem::path& folder);

  System system() const override { return System::talos; }
  /// Looks into `folder`, too: found.credentials.
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  Result<ClientVersion> client();
  CredentialState credentials();
  std::optional<FingerprintKey> fingerprint_key();

  Tools& tools_;
  std::filesystem::path folder_;
  Talosctl talosctl_;
  MachineConfigs configs_;
  UsableTalosconfig talosconfig_;
  std::mutex mutex_;  ///< of what follows
  CredentialReader reader_;
  std::optional<ClientVersion> client_;
};

}  // namespace tbx
