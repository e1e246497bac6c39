// The look: how many processes it costs, and what it leaves as it was.
#include <gtest/gtest.h>

#include "tests/support/kubernetes_stage.h"

namespace tbx {
namespace {

using test::KubernetesStage;
using Calls = std::vector<std::string>;

const std::string kinds =
    "kubectl get nodes,namespaces,services,ingresses.networking.k8s.io,apiservices.apiregistration.k8s.io";
const std::string rest = " --all-namespaces --output=json --show-managed-fields";

Calls calls_of_look(KubernetesStage& stage) {
  stage.kubernetes.calls.clear();
  EXPECT_EQ(stage.look().presence, Presence::present);
  std::ranges::sort(stage.kubernetes.calls);
  return stage.kubernetes.calls;
}

TEST(KubernetesLook, IsTwoProcesses) {
  KubernetesStage stage;
  EXPECT_EQ(calls_of_look(stage), (Calls{"kubectl get --raw=/version", kinds + ",ipaddresspools.metallb.io" + rest}));
}

TEST(KubernetesLook, CostsAThirdProcessOnlyWhenMetalLBComes) {
  KubernetesStage stage;
  stage.kubernetes.serves_pools = false;
  EXPECT_EQ(calls_of_look(stage).size(), 3U) << "the addon is wanted, so pools were asked for";
  EXPECT_EQ(calls_of_look(stage), (Calls{"kubectl get --raw=/version", kinds + rest}));
  stage.kubernetes.serves_pools = true;
  ASSERT_TRUE(stage.apply(ApplyAddressPool{"metallb", "172.28.31.10-172.28.31.20"}));
  EXPECT_EQ(stage.look().address_pool, "172.28.31.10-172.28.31.20");
  EXPECT_EQ(calls_of_look(stage).size(), 2U);
  stage.kubernetes.serves_pools = false;
  EXPECT_EQ(calls_of_look(stage).size(), 3U) << "it went";
}

TEST(KubernetesLook, RefreshesOnlyTheNodesInItsScope) {
  KubernetesStage stage;
  Observed found = stage.found;
  stage.provider.observe(stage.spec, Scope{}, found);
  for (const char* name : {"demo-cp-01", "demo-worker-01"}) {
    (*stage.kubernetes.find("Node", "", name))["spec"]["unschedulable"] = true;
  }
  stage.kubernetes.add({{"kind", "Namespace"}, {"metadata", {{"name", "new"}}}});
  stage.provider.observe(stage.spec, Scope{.whole = false, .nodes = {"demo-worker-01", "gone"}, .releases = {}}, found);
  EXPECT_FALSE(found.kubernetes.nodes[0].unschedulable);
  EXPECT_TRUE(found.kubernetes.nodes[1].unschedulable);
  EXPECT_EQ(found.kubernetes.namespaces, (std::vector<NamespaceState>{{"new", false}}));
}

TEST(KubernetesLook, KnowsNothingWhereKubectlFails) {
  KubernetesStage stage;
  stage.kubernetes.failures["kubectl get nodes"] = {1, "",
                                                    "error: You must be logged in to the server (Unauthorized)\n"};
  KubernetesState state = stage.look();
  EXPECT_EQ(state.presence, Presence::unknown);
  EXPECT_EQ(state.reason, "the Kubernetes API on " + stage.place.address() +
                              " can't be read: You must be logged in to the server (Unauthorized); delete the "
                              "kubeconfig, and `tbx apply` writes a new one");
  EXPECT_TRUE(state.nodes.empty());
}

TEST(KubernetesLook, AsksNobodyBeforeEtcdIsBootstrapped) {
  KubernetesStage stage;
  stage.found.etcd.presence = Presence::absent;
  EXPECT_EQ(stage.look().presence, Presence::absent);
  EXPECT_TRUE(stage.kubernetes.calls.empty());
}

}  // namespace
}  // namespace tbx
