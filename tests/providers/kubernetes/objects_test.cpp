// A look at a real API server, recorded.
#include "providers/kubernetes/objects.h"

#include <gtest/gtest.h>

#include "providers/kubernetes/own_ingresses.h"
#include "tests/support/converged_world.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using test::small_cluster;

constexpr const char* cluster_id = "bef57ec7f53a6d40";

std::string look(const std::string& name) { return recorded("kubectl-1.35.4/look/" + name + ".out"); }

KubernetesObjects recorded_objects() {
  return parse_objects(look("objects"), small_cluster(1, 1, "cilium, metallb, traefik"), cluster_id).value();
}

TEST(KubernetesObjects, HoldNodesWithWhatIsOurs) {
  std::vector<KubernetesNode> nodes = recorded_objects().nodes;
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].name, "talos-hypv-cp-01");
  EXPECT_TRUE(nodes[0].ready);
  EXPECT_EQ(nodes[0].taints, std::vector<std::string>{}) << "somebody else's are not ours";
  KubernetesNode worker = nodes[1];
  EXPECT_EQ(worker.system_uuid, "4c4c4544-0042-3510-8051-c7c04f4e3133") << "lower case";
  EXPECT_FALSE(worker.ready);
  EXPECT_TRUE(worker.unschedulable);
  EXPECT_EQ(worker.kubelet_version, "v1.35.4");
  EXPECT_EQ(worker.internal_address, "10.77.0.51");
  EXPECT_EQ(worker.labels, (std::map<std::string, std::string>{{"zone", "a"}}));
  EXPECT_EQ(worker.taints, std::vector<std::string>{"dedicated=db:NoSchedule"});
}

TEST(KubernetesObjects, HoldNamespacesPoolAndIngress) {
  KubernetesObjects objects = recorded_objects();
  std::vector<std::string> privileged;
  for (const NamespaceState& each : objects.namespaces) {
    if (each.privileged) privileged.push_back(each.name);
  }
  EXPECT_EQ(privileged, std::vector<std::string>{"monitoring"});
  EXPECT_EQ(objects.address_pool, "172.20.0.200-172.20.0.219");
  EXPECT_TRUE(objects.serves_pools);
  EXPECT_EQ(objects.ingress_address, "172.28.31.200");
  EXPECT_EQ(parse_address_pool(look("pools")).value(), "172.20.0.200-172.20.0.219");
}

TEST(KubernetesObjects, HoldRoutesByTheirRootPathAndNamedPorts) {
  EXPECT_EQ(recorded_objects().routes,
            (std::vector<RouteState>{{"by-hand.talos.local", "monitoring", "monitoring-grafana", 3000, false},
                                     {"grafana.talos.local", "monitoring", "monitoring-grafana", 3000, true}}));
}

TEST(KubernetesObjects, TakeNoRouteOfAnotherClusterForOurs) {
  KubernetesObjects objects = parse_objects(look("objects"), small_cluster(1, 1), "another").value();
  EXPECT_FALSE(objects.routes[1].ours);
  EXPECT_EQ(objects.ingress_address, "") << "no addon is an ingress";
}

TEST(KubernetesObjects, TellOursWhereTwoRoutesLeadTheSameHost) {
  auto ingress = [](const std::string& space, const std::string& labels) {
    return R"({"kind":"Ingress","metadata":{"namespace":")" + space + R"(","labels":{)" + labels +
           R"(}},"spec":{"rules":[{"host":"a.b","http":{"paths":[{"path":"/","backend":{"service":{"name":"s",)" +
           R"("port":{"number":80}}}}]}}]}})";
  };
  std::string list = R"({"items":[)" + ingress("a", "") + "," + ingress("b", R"("tbx/cluster":"id")") + "]}";
  EXPECT_EQ(parse_objects(list, small_cluster(1, 0), "id").value().routes,
            (std::vector<RouteState>{{"a.b", "b", "s", 80, true}}));
}

TEST(KubernetesObjects, SayWhyANodeIsNotReady) {
  EXPECT_EQ(parse_unready_reason(look("node-not-ready")).value(),
            "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network "
            "plugin returns error: cni plugin not initialized");
  EXPECT_EQ(parse_node_object(look("node-not-ready")).value(), recorded_objects().nodes[1]);
}

TEST(KubernetesObjects, TellTheServersVersion) {
  EXPECT_EQ(parse_server_version(look("version")).value(), "v1.35.4");
  EXPECT_EQ(parse_server_version("{}").error().kind, ErrorKind::malformed_answer);
}

TEST(KubernetesObjects, DoNotComeFromHalfAList) {
  std::string text = look("objects");
  for (const std::string& bad :
       {text.substr(0, text.size() / 2), std::string("[]"), std::string("{}"), std::string()}) {
    EXPECT_EQ(parse_objects(bad, small_cluster(1, 0), "").error().kind, ErrorKind::malformed_answer);
  }
}

TEST(KubernetesObjects, FindTheIngressesOfOneHost) {
  EXPECT_EQ(parse_own_ingresses(look("own-ingresses"), "grafana.talos.local").value(),
            (std::vector<OwnIngress>{{"monitoring", "tbx-grafana.talos.local"}}));
  EXPECT_EQ(parse_own_ingresses(look("own-ingresses"), "other.talos.local").value(), std::vector<OwnIngress>{});
}

}  // namespace
}  // namespace tbx
