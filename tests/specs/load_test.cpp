// What a good spec becomes: defaults, names, pools.
#include <gtest/gtest.h>

#include "specs/spec_json.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

std::vector<std::string> node_names(const ClusterSpec& spec) {
  std::vector<std::string> names;
  for (const NodeSpec& node : spec.nodes) names.push_back(node.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Load, FillsInEverythingForTheSmallestSpec) {
  const ClusterSpec spec = spec_of(load_text("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\n"));
  ClusterSpec expected;
  expected.name = "lab";
  expected.talos_version = "v1.12.4";
  NodeSpec node;
  node.name = "lab-cp-01";
  node.role = Role::control_plane;
  node.pool = "control-plane";
  expected.nodes = {node};
  EXPECT_EQ(spec, expected);
}

TEST(Load, NumbersNodesWithTwoDigitsAndMoreWhereNeeded) {
  const ClusterSpec spec = spec_of(load_keys("workers: {nodes: [100, 3]}"));
  EXPECT_EQ(node_names(spec), (Names{"lab-cp-01", "lab-worker-03", "lab-worker-100"}));
  EXPECT_EQ(node_of(spec, "lab-worker-100").number, 100);
}

TEST(Load, NamesNodesAfterTheirPoolAndSortsThePools) {
  const ClusterSpec spec = spec_of(load_keys("workers: [{name: web, count: 2}, {name: data, count: 1, cpus: 8}]"));
  EXPECT_EQ(node_names(spec), (Names{"lab-cp-01", "lab-data-01", "lab-web-01", "lab-web-02"}));
  EXPECT_EQ(node_of(spec, "lab-data-01").cpu_count, 8);
  EXPECT_EQ(node_of(spec, "lab-web-02").pool, "web");
}

TEST(Load, MakesTheControlPlaneSchedulableOnlyWhereThereIsNoWorker) {
  EXPECT_TRUE(spec_of(load_keys("workers: {count: 0}")).nodes[0].schedulable);
  EXPECT_FALSE(spec_of(load_keys("workers: {}")).nodes[0].schedulable);
  EXPECT_TRUE(spec_of(load_keys("controlPlane: {schedulable: true}\nworkers: {}")).nodes[0].schedulable);
}

TEST(Load, ReadsAPoolWithAllItsKeys) {
  const ClusterSpec spec = spec_of(load_keys(R"(patches: [{machine: {sysctls: {a: "1"}}}]
workers:
  memory: 8Gi
  disk: 40Gi
  labels: {tier: web, example.org/zone: ""}
  taints: [{key: b, effect: NoExecute}, "a=x:NoSchedule"]
  patches: [{cluster: {}}, disk.yaml]
  protect: true
protectNodes: [lab-worker-02, lab-cp-01]
protect: true)",
                                             {{"disk.yaml", "kind: VolumeConfig\nname: STATE\n---\ndebug: true\n"}}));
  const NodeSpec& node = node_of(spec, "lab-worker-01");
  EXPECT_EQ(node.memory_mib, 8192);
  EXPECT_EQ(node.disk_gib, 40);
  EXPECT_EQ(node.labels, (std::map<std::string, std::string>{{"example.org/zone", ""}, {"tier", "web"}}));
  EXPECT_EQ(node.taints,
            (std::vector<Taint>{{"a", "x", TaintEffect::no_schedule}, {"b", "", TaintEffect::no_execute}}));
  EXPECT_EQ(node.patches, (Names{R"({"machine":{"sysctls":{"a":"1"}}})", R"({"cluster":{}})",
                                 R"({"kind":"VolumeConfig","name":"STATE"})", R"({"debug":true})"}));
  EXPECT_TRUE(node.is_protected);
  EXPECT_FALSE(node_of(spec, "lab-cp-01").is_protected);
  EXPECT_EQ(spec.protected_nodes, (Names{"lab-cp-01", "lab-worker-02"}));
  EXPECT_TRUE(spec.is_protected);
}

TEST(Load, LeavesOutOfAWorkersPatchesWhatIsForControlPlanesOnly) {
  const ClusterSpec spec = spec_of(load_keys(R"(patches:
  - {cluster: {etcd: {extraArgs: {a: "1"}}}}
  - {machine: {sysctls: {b: "2"}}, cluster: {etcd: {}, proxy: {disabled: true}}}
workers: {})"));
  EXPECT_EQ(node_of(spec, "lab-cp-01").patches.size(), 2U);
  EXPECT_EQ(node_of(spec, "lab-worker-01").patches,
            (Names{R"({"cluster":{"proxy":{"disabled":true}},"machine":{"sysctls":{"b":"2"}}})"}));
}

TEST(Load, KeepsVersionsWithTheLeadingV) {
  const ClusterSpec spec = spec_of(load_keys("talos: {version: 1.13.2, arch: arm64}\nkubernetes: {version: 1.36.1}"));
  EXPECT_EQ(spec.talos_version, "v1.13.2");
  EXPECT_EQ(spec.kubernetes_version, "v1.36.1");
  EXPECT_EQ(spec.arch, "arm64");
}

TEST(Load, ReadsDeadlinesInSeconds) {
  const ClusterSpec spec = spec_of(load_keys("deadlines: {bootstrap-etcd: 10m, create-machine: 90s}"));
  EXPECT_EQ(spec.deadline_seconds, (std::map<std::string, int>{{"bootstrap-etcd", 600}, {"create-machine", 90}}));
}

TEST(Load, GivesEqualSpecsForEqualWishes) {
  const ClusterSpec left = spec_of(load_keys("workers: {count: 2, memory: 4Gi}\naddons: [traefik, metallb, cilium]"));
  const ClusterSpec right = spec_of(load_keys("addons: [cilium, metallb, traefik]\nworkers: {nodes: [2, 1]}"));
  EXPECT_EQ(left, right);
  EXPECT_EQ(spec_digest(left), spec_digest(right));
}

TEST(Load, ReadsTenThousandNodes) {
  const ClusterSpec spec = spec_of(load_keys("workers: {count: 10000}"));
  EXPECT_EQ(spec.nodes.size(), 10001U);
  EXPECT_EQ(spec.nodes.back().name, "lab-worker-10000");
}

TEST(SpecJson, ComesBackAsItWasWritten) {
  const ClusterSpec spec =
      spec_of(load_keys("workers: {taints: [\"a:NoExecute\"]}\naddons: [cilium, metallb, traefik]\n"
                        "routes: {t.lab.local: traefik}\ndeadlines: {a: 1m}"));
  EXPECT_EQ(from_canonical_json(to_canonical_json(spec)), spec);
  EXPECT_FALSE(from_canonical_json("{\"name\": 3}"));
  EXPECT_FALSE(from_canonical_json("nonsense"));
}

}  // namespace
}  // namespace tbx::test
