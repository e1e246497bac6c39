// What each op asks of kubectl, talosctl and helm: the exact arguments, and what becomes of answers.
#include <gtest/gtest.h>

#include "tests/support/kubernetes_stage.h"

namespace tbx {
namespace {

using nlohmann::json;
using test::KubernetesStage;
using Calls = std::vector<std::string>;

const std::string apply_call = "kubectl apply --server-side --field-manager=tbx --filename=-";

TEST(PerformKubernetes, AppliesANamespaceWithItsPodSecurityAndWhoseItIs) {
  KubernetesStage stage;
  EXPECT_EQ(stage.calls_of(ApplyNamespace{"shop", true}), Calls{apply_call + " --force-conflicts"});
  json labels = {{"tbx/cluster", stage.place.cluster_id()}};
  for (const char* mode : {"audit", "enforce", "warn"}) {
    labels[std::string("pod-security.kubernetes.io/") + mode] = "privileged";
  }
  EXPECT_EQ(json::parse(stage.kubernetes.full_calls.back().input),
            (json{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}, {"labels", labels}}}}));
}

TEST(PerformKubernetes, LabelsByTheUidThatWasReadAndPatchesOnlyOurTaints) {
  KubernetesStage stage;
  EXPECT_EQ(stage.calls_of(LabelNode{"demo-worker-01", {{"zone", "a"}}, {"dedicated=db:NoSchedule"}}),
            (Calls{"kubectl get nodes demo-worker-01 --output=json",
                   R"(kubectl patch nodes demo-worker-01 --type=json --patch=[{"op":"test","path":"/spec/taints",)"
                   R"("value":null},{"op":"add","path":"/spec/taints","value":[{"effect":"NoSchedule","key":)"
                   R"("dedicated","value":"db"}]}])",
                   apply_call + " --force-conflicts"}));
  EXPECT_EQ(stage.kubernetes.full_calls.back().input,
            R"({"apiVersion":"v1","kind":"Node","metadata":{"annotations":{"tbx/taints":"dedicated=db:NoSchedule"},)"
            R"("labels":{"tbx/cluster":")" +
                stage.place.cluster_id() + R"(","zone":"a"},"name":"demo-worker-01","uid":"uid-of-demo-worker-01"}})");
}

TEST(PerformKubernetes, TakesLabelsAndTaintsAwayThatAreWantedNoMore) {
  KubernetesStage stage;
  json& node = *stage.kubernetes.find("Node", "", "demo-worker-01");
  node["spec"]["taints"] = {{{"key", "node.kubernetes.io/unschedulable"}, {"effect", "NoSchedule"}}};
  ASSERT_TRUE(stage.apply(LabelNode{"demo-worker-01", {{"zone", "a"}}, {"dedicated=db:NoSchedule"}}));
  ASSERT_TRUE(stage.apply(LabelNode{"demo-worker-01", {}, {}}));
  EXPECT_EQ(node["metadata"]["labels"].value("zone", "gone"), "gone");
  EXPECT_EQ(node["metadata"]["labels"]["kubernetes.io/hostname"], "demo-worker-01");
  EXPECT_EQ(node["spec"]["taints"].size(), 1U) << "the cordon's stays";
}

TEST(PerformKubernetes, ReadsTheTaintsAgainWhenSomebodyElseWroteThem) {
  KubernetesStage stage;
  json& node = *stage.kubernetes.find("Node", "", "demo-worker-01");
  int patches = 0;
  stage.kubernetes.before_call = [&](const ToolCall& call) {
    if (call.arguments.front() == "patch" && ++patches == 1) {
      node["spec"]["taints"] = {{{"key", "node.kubernetes.io/unschedulable"}, {"effect", "NoSchedule"}}};
    }
  };
  EXPECT_TRUE(stage.apply(LabelNode{"demo-worker-01", {}, {"dedicated=db:NoSchedule"}}));
  EXPECT_EQ(patches, 2);
  EXPECT_EQ(node["spec"]["taints"].size(), 2U);
}

TEST(PerformKubernetes, MakesNoNodeByLabellingOne) {
  KubernetesStage stage;
  Status status = stage.apply(LabelNode{"gone", {{"a", "b"}}, {}});
  EXPECT_EQ(status.error().message, "there is no Node gone: Error from server (NotFound): nodes \"gone\" not found");
  EXPECT_EQ(stage.kubernetes.find("Node", "", "gone"), nullptr);
}

TEST(PerformKubernetes, DeletesANodeByItsUidAndOnlyTheMachineThatIsMeant) {
  KubernetesStage stage;
  Status another = stage.apply(DeleteNode{"demo-worker-01", "bios-7"});
  EXPECT_EQ(another.error().message, "the Node demo-worker-01 is another machine than the one to delete");
  EXPECT_EQ(stage.calls_of(DeleteNode{"demo-worker-01", "bios-2"}),
            (Calls{"kubectl get nodes demo-worker-01 --output=json",
                   "kubectl delete --raw=/api/v1/nodes/demo-worker-01 --filename=-"}));
  EXPECT_EQ(stage.kubernetes.full_calls.back().input,
            R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"uid-of-demo-worker-01"}})");
}

TEST(PerformKubernetes, ChoosesAPoolFromTheSwitchAsItIsWhenItStarts) {
  KubernetesStage stage;
  ApplyContext context{stage.spec, stage.found, {}, [](Observed& found) {
                         found.host.switch_subnet = "192.168.8.0/24";
                         found.host.switch_gateway = "192.168.8.1";
                       }};
  ASSERT_TRUE(stage.provider.apply(ApplyAddressPool{"metallb", ""}, context, {}));
  EXPECT_EQ(stage.look().address_pool, "192.168.8.235-192.168.8.254");
  EXPECT_NE(stage.kubernetes.find("L2Advertisement", "metallb-system", "tbx"), nullptr);
}

TEST(PerformKubernetes, TriesAPoolAgainWhileTheWebhookIsSilent) {
  KubernetesStage stage;
  stage.kubernetes.failures["kubectl apply"] = {
      1, "", "Error from server (InternalError): failed calling webhook \"x\": connect: connection refused\n"};
  Status status = stage.apply(ApplyAddressPool{"metallb", "172.28.31.10-172.28.31.20"});
  EXPECT_EQ(status.error().kind, ErrorKind::busy);
}

TEST(PerformKubernetes, RoutesThroughTheIngressAddonAndNeverTakesOverASomebodyElses) {
  KubernetesStage stage;
  EXPECT_EQ(stage.calls_of(ApplyRoute{"a.lab", "shop", "web", 8080}),
            (Calls{"kubectl get ingresses.networking.k8s.io --all-namespaces --output=json --selector=tbx/cluster=" +
                       stage.place.cluster_id(),
                   apply_call}));
  json& ingress = *stage.kubernetes.find("Ingress", "shop", "tbx-a.lab");
  EXPECT_EQ(ingress["spec"]["ingressClassName"], "traefik");
  EXPECT_EQ(stage.calls_of(ApplyRoute{"a.lab", "shop", "web", 80}).back(), apply_call + " --force-conflicts");
}

TEST(PerformKubernetes, MovesARouteToAnotherNamespace) {
  KubernetesStage stage;
  ASSERT_TRUE(stage.apply(ApplyRoute{"a.lab", "shop", "web", 80}));
  ASSERT_TRUE(stage.apply(ApplyRoute{"a.lab", "store", "web", 80}));
  EXPECT_EQ(stage.look().routes, (std::vector<RouteState>{{"a.lab", "store", "web", 80, true}}));
}

TEST(PerformKubernetes, DeletesOnlyARouteOfOurs) {
  KubernetesStage stage;
  stage.kubernetes.add({{"kind", "Ingress"},
                        {"metadata", {{"name", "by-hand"}, {"namespace", "shop"}}},
                        {"spec", {{"rules", json::array({{{"host", "a.lab"}}})}}}});
  EXPECT_TRUE(stage.apply(DeleteRoute{"a.lab"}));
  EXPECT_EQ(stage.look().routes.size(), 1U);
}

TEST(PerformKubernetes, AppliesAChartsDefinitionsAsHelmAndWaitsForThem) {
  KubernetesStage stage;
  stage.kubernetes.definitions = "kind: CustomResourceDefinition\n";
  EXPECT_EQ(stage.calls_of(ApplyCustomResourceDefinitions{"traefik"}),
            (Calls{"helm show crds traefik --version=41.3.0 --repo=https://traefik.github.io/charts",
                   "kubectl apply --server-side --force-conflicts --field-manager=helm --filename=-",
                   "kubectl wait --for=condition=Established --timeout=60s --filename=-"}));
  EXPECT_EQ(stage.kubernetes.full_calls.back().input, "kind: CustomResourceDefinition\n");
}

TEST(PerformKubernetes, FindsAChartInAFolderBesideTheSpec) {
  KubernetesStage stage;
  AddonSpec& traefik = *std::ranges::find(stage.spec.addons, "traefik", &AddonSpec::name);
  traefik.chart = "./charts/traefik";
  traefik.repo = "";
  traefik.version = "";
  std::string folder = stage.place.credentials().parent_path().parent_path().generic_string();
  EXPECT_EQ(stage.calls_of(ApplyCustomResourceDefinitions{"traefik"}),
            Calls{"helm show crds " + folder + "/charts/traefik"});
}

TEST(PerformKubernetes, UpgradesThroughOneControlPlaneByTheAddressThatAnswers) {
  KubernetesStage stage;
  stage.calls_of(UpgradeKubernetes{"demo", "v1.35.4", "v1.36.1"});
  auto upgrade = std::ranges::find(stage.kubernetes.full_calls, "talosctl", &ToolCall::tool);
  ASSERT_NE(upgrade, stage.kubernetes.full_calls.end());
  EXPECT_EQ(
      upgrade->arguments,
      (Calls{"--talosconfig", (stage.place.credentials() / "talosconfig").generic_string(), "-e", stage.place.address(),
             "-n", stage.found.host.machines[0].mark.node_address, "upgrade-k8s", "--to", "1.36.1", "--endpoint",
             "https://" + stage.place.address() + ":6443", "--with-docs=false", "--with-examples=false"}));
  EXPECT_EQ(upgrade->effect, ToolEffect::changes);
}

TEST(PerformKubernetes, SaysThatAnUpgradeSkipsARelease) {
  KubernetesStage stage;
  stage.kubernetes.failures["talosctl"] = {1, "",
                                           "unsupported upgrade path 1.35->1.37 (from \"1.35.4\" to \"1.37.0\")\n"};
  Status status = stage.apply(UpgradeKubernetes{"demo", "v1.35.4", "v1.37.0"});
  EXPECT_EQ(status.error().message,
            "Kubernetes can't be upgraded to v1.37.0 in one step: unsupported upgrade path 1.35->1.37 (from \"1.35.4\" "
            "to \"1.37.0\")");
}

}  // namespace
}  // namespace tbx
