// A small cluster, a fake of its API, and the provider between them.
#pragma once

#include <string>
#include <vector>

#include "providers/kubernetes/kubernetes_provider.h"
#include "tests/support/fake_kubernetes.h"

namespace tbx::test {

/// Two nodes, demo-cp-01 and demo-worker-01, registered and Ready.
struct KubernetesStage {
  KubernetesStage();

  ApiPlace place;
  ClusterSpec spec;
  Observed found;
  FakeKubernetes kubernetes;
  KubernetesProvider provider;
  std::stop_source stop;
  std::vector<std::string> told;  ///< what was waited for

  Status apply(const Op& op);
  /// What a whole look sees.
  KubernetesState look();
  /// The calls of one apply, which has to be a success.
  std::vector<std::string> calls_of(const Op& op);
};

}  // namespace tbx::test
