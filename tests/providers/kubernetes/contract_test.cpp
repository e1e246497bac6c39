// What every provider promises, op by op: twice is once, a look shows it, cancelled is cancelled, a failing tool is
// told.
#include <gtest/gtest.h>

#include "tests/support/kubernetes_stage.h"

namespace tbx {
namespace {

using test::KubernetesStage;

struct Promise {
  Op op;
  std::string tool;  ///< that fails
  std::function<bool(const KubernetesState&)> shows = [](const KubernetesState&) { return true; };
};

const KubernetesNode& worker(const KubernetesState& state) { return state.nodes.at(1); }

bool has_namespace(const KubernetesState& state, const NamespaceState& wanted) {
  return std::ranges::find(state.namespaces, wanted) != state.namespaces.end();
}

std::vector<Promise> promises() {
  const RouteState route{"a.lab", "shop", "web", 8080, true};
  return {
      {AwaitApi{"demo"}, ""},
      {UpgradeKubernetes{"demo", "v1.35.4", "v1.36.1"}, "talosctl",
       [](const KubernetesState& s) { return s.version == "v1.36.1" && worker(s).kubelet_version == "v1.36.1"; }},
      {ApplyNamespace{"shop", true}, "kubectl apply",
       [](const KubernetesState& s) {
         return has_namespace(s, {"shop", true});
       }},
      {AwaitNode{"demo-cp-01"}, ""},
      {AwaitNodeLost{"gone"}, ""},
      {LabelNode{"demo-worker-01", {{"zone", "a"}}, {"dedicated=db:NoSchedule"}}, "kubectl apply",
       [](const KubernetesState& s) {
         return worker(s).labels == std::map<std::string, std::string>{{"zone", "a"}} &&
                worker(s).taints == std::vector<std::string>{"dedicated=db:NoSchedule"};
       }},
      {DrainNode{"demo-worker-01"}, "kubectl drain", [](const KubernetesState& s) { return worker(s).unschedulable; }},
      {UncordonNode{"demo-worker-01"}, "kubectl uncordon",
       [](const KubernetesState& s) { return !worker(s).unschedulable; }},
      {DeleteNode{"demo-worker-01", "bios-2"}, "kubectl delete",
       [](const KubernetesState& s) { return s.nodes.size() == 1; }},
      {ApplyAddressPool{"metallb", "172.28.31.10-172.28.31.20"}, "kubectl apply",
       [](const KubernetesState& s) { return s.address_pool == "172.28.31.10-172.28.31.20"; }},
      {ApplyRoute{"a.lab", "shop", "web", 8080}, "kubectl apply",
       [=](const KubernetesState& s) { return s.routes == std::vector<RouteState>{route}; }},
      {DeleteRoute{"a.lab"}, "kubectl get", [](const KubernetesState& s) { return s.routes.empty(); }},
      {ApplyCustomResourceDefinitions{"traefik"}, "helm"},
  };
}

void give_definitions(KubernetesStage& stage) {
  stage.kubernetes.definitions = "apiVersion: apiextensions.k8s.io/v1\n";
}

TEST(KubernetesContract, CoversEveryOpOfKubernetes) {
  std::size_t count = 0;
  for (const OpTraits& traits : all_op_traits()) {
    count += traits.system == System::kubernetes ? 1U : 0U;
  }
  EXPECT_EQ(promises().size(), count);
}

TEST(KubernetesContract, TwiceIsOnceAndALookShowsIt) {
  for (const Promise& promise : promises()) {
    KubernetesStage stage;
    give_definitions(stage);
    Status once = stage.apply(promise.op);
    EXPECT_TRUE(once) << id_of(promise.op) << ": " << once.error().message;
    KubernetesState seen = stage.look();
    EXPECT_EQ(seen.presence, Presence::present) << seen.reason;
    EXPECT_TRUE(promise.shows(seen)) << id_of(promise.op);
    Status twice = stage.apply(promise.op);
    EXPECT_TRUE(twice) << id_of(promise.op) << ": " << twice.error().message;
    EXPECT_EQ(stage.look(), seen) << id_of(promise.op);
  }
}

TEST(KubernetesContract, WhatIsStoppedBeforeItBeginsIsCancelledAndCallsNobody) {
  for (const Promise& promise : promises()) {
    KubernetesStage stage;
    stage.stop.request_stop();
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << id_of(promise.op);
    EXPECT_TRUE(stage.kubernetes.calls.empty()) << id_of(promise.op);
  }
}

TEST(KubernetesContract, WhatIsStoppedInACallIsCancelledOrUnknown) {
  for (const Promise& promise : promises()) {
    KubernetesStage stage;
    stage.kubernetes.before_call = [&](const ToolCall&) { stage.stop.request_stop(); };
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    bool has_changed = status.error().kind == ErrorKind::outcome_unknown;
    EXPECT_TRUE(has_changed || status.error().kind == ErrorKind::cancelled)
        << id_of(promise.op) << ": " << status.error().message;
  }
}

TEST(KubernetesContract, AFailingToolIsRejectedWithItsMessage) {
  for (const Promise& promise : promises()) {
    if (promise.tool.empty()) {
      continue;
    }
    KubernetesStage stage;
    give_definitions(stage);
    stage.kubernetes.failures[promise.tool] = {1, "", "error: the moon is in the way\n"};
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, ErrorKind::rejected) << id_of(promise.op);
    EXPECT_NE(status.error().message.find("the moon is in the way"), std::string::npos) << status.error().message;
  }
}

TEST(KubernetesContract, WithoutAnApiEveryChangeIsUnreachable) {
  for (const Promise& promise : promises()) {
    if (promise.tool.empty()) {
      continue;
    }
    KubernetesStage stage;
    stage.found.host.machines[0].power = Power::off;
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error(), (Error{ErrorKind::unreachable,
                                     "the Kubernetes API of demo does not answer: machine demo-cp-01 is off", ""}))
        << id_of(promise.op);
  }
}

}  // namespace
}  // namespace tbx
