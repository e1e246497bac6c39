// Hyper-V behind the engine's seam: one request looks at everything, one more for each op.
#pragma once

#include <filesystem>

#include "engine/provider.h"
#include "providers/hyperv/host_looks.h"

namespace tbx {

class HypervProvider : public Provider {
 public:
  /// `downloads`: another one, since a boot image may keep it for minutes, and looks and ops are not to wait for that.
  /// `credentials`: the folder `_out/<cluster>` beside the spec.
  HypervProvider(PowerShell& powershell, PowerShell& downloads, const std::filesystem::path& credentials)
      : host_{powershell, credentials}, downloads_{downloads, credentials} {}

  System system() const override { return System::hyperv; }
  /// All of the host, whatever the scope: it costs one request for one VM as for a hundred. None where a recent look
  /// serves.
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  Host host_;
  Host downloads_;
  HostLooks looks_;
};

}  // namespace tbx
