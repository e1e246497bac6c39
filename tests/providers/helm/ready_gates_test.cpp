#include "providers/helm/ready_gates.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/packed_release.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

AddonSpec with_gates(std::vector<ReadyGate> gates) {
  AddonSpec addon;
  addon.ready = std::move(gates);
  return addon;
}

Lines recorded_not_ready(std::vector<ReadyGate> gates) {
  static const GateObjects objects = *GateObjects::parse(recorded("helm-4.1.4/gates.out"));
  return objects.not_ready(with_gates(std::move(gates)));
}

TEST(ReadyGates, ARecordedClusterWithoutAKubeletHasNothingReady) {
  EXPECT_EQ(
      recorded_not_ready({{"Deployment", "web", "web"},
                          {"Service", "web", "web"},
                          {"APIService", "", "v1.apps"},
                          {"APIService", "", "v1beta1.metrics.k8s.io"},
                          {"DaemonSet", "kube-system", "cilium"}}),
      (Lines{"Deployment web/web: 0 of 1 ready", "Service web/web: no address",
             "APIService v1beta1.metrics.k8s.io: it is not there", "DaemonSet kube-system/cilium: it is not there"}));
}

/// What is said of one object; empty: its gate is open.
std::string said_of(const char* kind, const char* object) {
  json whole = json::parse(object);
  whole["kind"] = kind;
  whole["metadata"].update({{"name", "a"}, {"namespace", "n"}});
  const auto objects = GateObjects::parse(test::list_text(json::array({whole})));
  const Lines said = objects->not_ready(with_gates({{kind, "n", "a"}}));
  return said.empty() ? "" : said[0];
}

TEST(ReadyGates, ADeploymentIsReadyWithAllItsNewPods) {
  EXPECT_EQ(said_of("Deployment", R"({"spec":{"replicas":2},"status":{"updatedReplicas":2,"availableReplicas":2}})"),
            "");
  EXPECT_EQ(said_of("Deployment", R"({"spec":{"replicas":2},"status":{"updatedReplicas":1,"availableReplicas":2}})"),
            "Deployment n/a: 1 of 2 ready");
  EXPECT_EQ(said_of("Deployment", R"({"metadata":{"generation":2},"spec":{"replicas":1},
                     "status":{"observedGeneration":1,"updatedReplicas":1,"availableReplicas":1}})"),
            "Deployment n/a: 0 of 1 ready");
  EXPECT_EQ(said_of("Deployment", R"({"spec":{"replicas":0}})"), "");
}

TEST(ReadyGates, PodsThatAreRefusedAreToldWithTheReason) {
  EXPECT_EQ(said_of("Deployment", R"({"spec":{"replicas":1},"status":{"conditions":[{"type":"ReplicaFailure",
                     "status":"True","message":"pods are forbidden: violates PodSecurity"}]}})"),
            "Deployment n/a: 0 of 1 ready: pods are forbidden: violates PodSecurity");
}

TEST(ReadyGates, ADaemonSetIsReadyOnEveryNodeAndNotOnNone) {
  EXPECT_EQ(said_of("DaemonSet", R"({"status":{"desiredNumberScheduled":2,"updatedNumberScheduled":2,
                     "numberAvailable":2}})"),
            "");
  EXPECT_EQ(said_of("DaemonSet", R"({"status":{"desiredNumberScheduled":2,"updatedNumberScheduled":1,
                     "numberAvailable":2}})"),
            "DaemonSet n/a: 1 of 2 ready");
  EXPECT_EQ(said_of("DaemonSet", R"({"spec":{"updateStrategy":{"type":"OnDelete"}},
                     "status":{"desiredNumberScheduled":2,"numberAvailable":2}})"),
            "");
  EXPECT_EQ(said_of("DaemonSet", R"({"status":{"desiredNumberScheduled":0}})"), "DaemonSet n/a: 0 of 0 ready");
}

TEST(ReadyGates, AServiceHasAnAddressWhenItAsksForOne) {
  EXPECT_EQ(said_of("Service", R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[
                     {"ip":"172.20.0.5"}]}}})"),
            "");
  EXPECT_EQ(said_of("Service", R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{}}})"),
            "Service n/a: no address");
  EXPECT_EQ(said_of("Service", R"({"spec":{"type":"ClusterIP"}})"), "");
}

TEST(ReadyGates, ApiServicesAreAskedForOnlyWhereAGateIsOne) {
  const AddonSpec plain = with_gates({{"Deployment", "n", "a"}});
  const AddonSpec metrics = with_gates({{"APIService", "", "v1beta1.metrics.k8s.io"}});
  EXPECT_EQ(gate_arguments({&plain}), (Lines{"get", "deployments.apps,daemonsets.apps,statefulsets.apps,services",
                                             "--all-namespaces", "--output=json"}));
  EXPECT_EQ(gate_arguments({&plain, &metrics})[1],
            "deployments.apps,daemonsets.apps,statefulsets.apps,services,apiservices.apiregistration.k8s.io");
}

TEST(ReadyGates, ManySentencesAreToldInOneLine) {
  EXPECT_EQ(joined_sentences({"a", "b", "c", "d"}), "a; b; 2 more");
  EXPECT_EQ(joined_sentences({"a"}), "a");
  EXPECT_EQ(joined_sentences({}), "");
}

}  // namespace
}  // namespace tbx
