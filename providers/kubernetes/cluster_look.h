// The look at Kubernetes: two processes at once, whatever the size of the cluster.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "engine/observed.h"
#include "engine/provider.h"
#include "providers/kubectl.h"
#include "providers/kubernetes/objects.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Whether the API has IPAddressPools. To name a kind that it does not have makes the whole call fail: so what the last
/// look learned is remembered, and only the look that finds it changed costs a third process.
enum class PoolKind { not_asked, served, unknown_to_api };

class ClusterLook {
 public:
  explicit ClusterLook(const Kubectl& kubectl) : kubectl_(kubectl) {}

  /// Everything of `found.kubernetes` but presence and reason, of Nodes only those in the scope. `address`: where the
  /// API answers. `found` stays as it was after an error.
  Status look(const std::string& address, const ClusterSpec& spec, const Scope& scope, std::string_view cluster_id,
              Observed& found);

 private:
  Result<KubernetesObjects> look_at_objects(const std::string& address, const ClusterSpec& spec,
                                            std::string_view cluster_id, bool with_pools,
                                            tl::expected<std::string, KubernetesFailure> answer);

  Kubectl kubectl_;
  std::atomic<PoolKind> pools_ = PoolKind::not_asked;
};

}  // namespace tbx
