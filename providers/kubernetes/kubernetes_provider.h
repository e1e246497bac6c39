// Kubernetes behind the engine's seam: kubectl, and talosctl for its upgrades.
#pragma once

#include <filesystem>

#include "engine/provider.h"
#include "providers/kubectl.h"
#include "providers/kubernetes/cluster_look.h"
#include "providers/talosconfig.h"
#include "providers/tools.h"

namespace tbx {

class KubernetesProvider : public Provider {
 public:
  /// `tools` outlives it. `credentials`: the folder `_out/<cluster>` beside the spec. `poll_seconds`: between two looks
  /// of a wait.
  KubernetesProvider(Tools& tools, std::filesystem::path credentials, double poll_seconds = 1);

  System system() const override { return System::kubernetes; }
  /// Two processes at once; a third in the look that finds MetalLB come or gone.
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  Tools& tools_;
  std::filesystem::path credentials_;
  Kubectl kubectl_;
  ClusterLook look_;
  UsableTalosconfig talosconfig_;
  double poll_seconds_;
};

}  // namespace tbx
