// Waits and drains: what is told while it is not so, and how they end.
#include <gtest/gtest.h>

#include "providers/credentials.h"
#include "tests/support/kubernetes_stage.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using nlohmann::json;
using test::KubernetesStage;
using Told = std::vector<std::string>;

constexpr const char* drain_call =
    "kubectl drain demo-worker-01 --ignore-daemonsets --delete-emptydir-data --timeout=5s";

constexpr const char* kubeconfig_of_talos =
    "clusters:\n  - name: demo\n    cluster:\n      server: https://10.77.0.2:6443\n"
    "      certificate-authority-data: eA==\n";

json condition(const std::string& message) {
  return json::array({{{"type", "Ready"}, {"status", "False"}, {"message", message}}});
}

TEST(KubernetesWaits, SayWhatANodeLacksUntilItIsReady) {
  KubernetesStage stage;
  json& node = *stage.kubernetes.find("Node", "", "demo-cp-01");
  json ready = node["status"]["conditions"];
  node["status"]["conditions"] = condition("reason:NetworkPluginNotReady message: cni plugin not initialized");
  int looks = 0;
  stage.kubernetes.before_call = [&](const ToolCall&) {
    ++looks;
    if (looks == 3) node["status"]["conditions"] = condition("PLEG is not healthy");
    if (looks == 5) node["status"]["conditions"] = ready;
  };
  EXPECT_TRUE(stage.apply(AwaitNode{"demo-cp-01"}));
  EXPECT_EQ(stage.told,
            (Told{"the Node is NotReady: its network is not there yet", "the Node is NotReady: PLEG is not healthy"}));
}

TEST(KubernetesWaits, TakeNoNodeOfAnotherMachineForTheOne) {
  KubernetesStage stage;
  (*stage.kubernetes.find("Node", "", "demo-cp-01"))["status"]["nodeInfo"]["systemUUID"] = "bios-9";
  stage.kubernetes.before_call = [&, looks = 0](const ToolCall&) mutable {
    if (++looks == 3) stage.stop.request_stop();
  };
  Status status = stage.apply(AwaitNode{"demo-cp-01"});
  EXPECT_EQ(status.error(),
            (Error{ErrorKind::cancelled,
                   "stopped while waiting for demo-cp-01: the Node is still that of another machine", ""}));
}

TEST(KubernetesWaits, GiveUpAMachineThatIsOff) {
  KubernetesStage stage;
  stage.found.host.machines[0].power = Power::off;
  EXPECT_EQ(stage.apply(AwaitNode{"demo-cp-01"}).error().message, "machine demo-cp-01 is off");
  EXPECT_EQ(stage.apply(AwaitNode{"demo-worker-09"}).error().message, "machine demo-worker-09 is absent");
  EXPECT_EQ(stage.apply(AwaitApi{"demo"}).error().message,
            "the Kubernetes API can't answer: machine demo-cp-01 is off");
}

TEST(KubernetesWaits, LookAtTheHostAgainWhereTheApiIsNowhere) {
  KubernetesStage stage;
  Observed now = stage.found;
  stage.found.host.machines[0].dhcp_address = "";
  ApplyContext context{stage.spec, stage.found, [&](const std::string& what) { stage.told.push_back(what); },
                       [&](Observed& found) { found = now; }};
  EXPECT_TRUE(stage.provider.apply(AwaitApi{"demo"}, context, {}));
  EXPECT_EQ(stage.told, Told{"demo-cp-01 has no address from DHCP yet"});
}

TEST(KubernetesWaits, FetchAKubeconfigFromTalosBeforeThereIsOne) {
  KubernetesStage stage;
  std::filesystem::path kubeconfig = stage.place.credentials() / "kubeconfig";
  std::filesystem::remove(kubeconfig);
  stage.kubernetes.talos_kubeconfig = kubeconfig_of_talos;
  EXPECT_TRUE(stage.apply(AwaitApi{"demo"}));
  EXPECT_EQ(CredentialReader(stage.place.credentials()).observe().kubeconfig_server,
            "https://" + stage.place.address() + ":6443");
  const std::string node_address = stage.found.host.machines[0].mark.node_address;
  EXPECT_EQ(stage.kubernetes.calls,
            (Told{"talosctl --talosconfig " + (stage.place.credentials() / "talosconfig").generic_string() + " -e " +
                      stage.place.address() + " -n " + node_address + " kubeconfig --merge=false --force -",
                  "kubectl get --raw=/readyz"}));
}

TEST(KubernetesWaits, FetchAnotherKubeconfigOnceWhereTheApiDoesNotTakeTheFirst) {
  KubernetesStage stage;
  stage.kubernetes.talos_kubeconfig = kubeconfig_of_talos;
  stage.kubernetes.failures["kubectl get --raw=/readyz"] = {
      1, "", "error: You must be logged in to the server (Unauthorized)\n"};
  Status status = stage.apply(AwaitApi{"demo"});
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(stage.kubernetes.calls.size(), 3U) << "asked, fetched, asked again";
}

TEST(KubernetesWaits, FetchAKubeconfigThatCantBeReadOnlyOnce) {
  KubernetesStage stage;
  std::filesystem::remove(stage.place.credentials() / "kubeconfig");
  stage.kubernetes.talos_kubeconfig = "server: https://10.77.0.11:6443\ncertificate-authority-data: [";
  EXPECT_EQ(stage.apply(AwaitApi{"demo"}).error(),
            (Error{ErrorKind::rejected, "the kubeconfig that demo-cp-01 gives can't be read", ""}));
}

TEST(KubernetesWaits, TakeNoKubeconfigThatNamesNoCluster) {
  KubernetesStage stage;
  std::filesystem::remove(stage.place.credentials() / "kubeconfig");
  stage.kubernetes.talos_kubeconfig = "renamed existing context to admin@demo-1\n";
  EXPECT_EQ(stage.apply(AwaitApi{"demo"}).error(),
            (Error{ErrorKind::malformed_answer, "talosctl kubeconfig printed no kubeconfig of one cluster", ""}));
  EXPECT_FALSE(std::filesystem::exists(stage.place.credentials() / "kubeconfig"));
}

TEST(KubernetesWaits, NameTheCheckThatKeepsTheApiFromBeingReady) {
  KubernetesStage stage;
  stage.kubernetes.failures["kubectl get --raw=/readyz"] = {
      1, "",
      "Error from server (InternalError): an error on the server (\"[+]ping ok\\n[-]etcd-readiness failed: reason "
      "withheld\\nreadyz check failed\") has prevented the request from succeeding\n"};
  stage.kubernetes.before_call = [&, looks = 0](const ToolCall&) mutable {
    if (++looks == 3) stage.kubernetes.failures.clear();
  };
  EXPECT_TRUE(stage.apply(AwaitApi{"demo"}));
  EXPECT_EQ(stage.told, Told{"the API server is starting (etcd-readiness is not ready)"});
}

TEST(KubernetesWaits, KnowALostNodeByItsSilence) {
  KubernetesStage stage;
  json& node = *stage.kubernetes.find("Node", "", "demo-worker-01");
  stage.kubernetes.before_call = [&, looks = 0](const ToolCall&) mutable {
    if (++looks == 2) node["status"]["conditions"][0]["status"] = "Unknown";
  };
  EXPECT_TRUE(stage.apply(AwaitNodeLost{"demo-worker-01"}));
  EXPECT_EQ(stage.told, Told{"the Node is Ready all the same: a machine may run somewhere else"});
}

TEST(KubernetesDrain, SaysWhatKeepsPodsUntilTheyAreGone) {
  KubernetesStage stage;
  stage.kubernetes.drains = {recorded_output("kubectl-1.35.4/drain/blocked", 1),
                             recorded_output("kubectl-1.35.4/drain/blocked", 1)};
  stage.kubernetes.add({{"kind", "PodDisruptionBudget"},
                        {"metadata", {{"name", "web"}, {"namespace", "store"}}},
                        {"status", {{"disruptionsAllowed", 0}}}});
  std::vector<std::string> calls = stage.calls_of(DrainNode{"demo-worker-01"});
  EXPECT_EQ(std::ranges::count(calls, drain_call), 3);
  EXPECT_EQ(stage.told,
            (Told{"its pods are evicted",
                  "store/web-kjpwh is kept by a disruption budget (store/web); store/free-kx7vc is ending"}));
}

TEST(KubernetesDrain, NamesThemAtItsDeadlineAndWhatToDo) {
  KubernetesStage stage;
  stage.kubernetes.drains = {recorded_output("kubectl-1.35.4/drain/blocked", 1)};
  stage.kubernetes.before_call = [&, drains = 0](const ToolCall& call) mutable {
    if (call.arguments.front() == "drain" && ++drains == 2) stage.stop.request_stop();
  };
  EXPECT_EQ(stage.apply(DrainNode{"demo-worker-01"}).error(),
            (Error{ErrorKind::cancelled,
                   "demo-worker-01 is cordoned and not drained: store/web-kjpwh is kept by a disruption budget; "
                   "store/free-kx7vc is ending; let more of them run elsewhere or loosen the budget, and apply again",
                   ""}));
}

TEST(KubernetesDrain, LeavesPodsAloneThatNothingWouldMakeAgain) {
  KubernetesStage stage;
  stage.kubernetes.drains = {recorded_output("kubectl-1.35.4/drain/unmanaged", 1)};
  EXPECT_EQ(
      stage.apply(DrainNode{"demo-worker-01"}).error(),
      (Error{ErrorKind::rejected,
             "demo-worker-01 is cordoned and not drained: nothing would make default/naked-too, store/naked again; "
             "delete what may go, `kubectl delete pod -n default naked-too`, and apply again",
             ""}));
}

}  // namespace
}  // namespace tbx
