// The plan for a cluster as talosctl 1.12.6 really described it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "engine/plan.h"
#include "tests/support/recorded_cluster.h"

namespace tbx::test {
namespace {

/// What `tbx plan SPEC --from SNAPSHOT` does: the snapshot goes through its file format.
Plan plan_from(const ClusterSpec& wanted, const Snapshot& snapshot) {
  auto read = snapshot_from_json(snapshot_to_json(snapshot), "snapshot.json");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return make_plan(wanted, read->observed);
}

std::set<std::string> ids_of(const Plan& plan) {
  std::set<std::string> ids;
  for (const Action& action : plan.actions) ids.insert(id_of(action.op));
  return ids;
}

const Action& action_of(const Plan& plan, std::string_view id) {
  for (const Action& action : plan.actions) {
    if (id_of(action.op) == id) return action;
  }
  throw std::runtime_error("no such action: " + std::string(id));
}

AddonSpec cilium() {
  AddonSpec addon;
  addon.name = "cilium";
  addon.chart = "cilium";
  addon.namespace_name = "kube-system";
  addon.is_cni = true;
  return addon;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RecordedCluster, IsTheSnapshotThatIsKept) {
  const auto file = std::filesystem::path(TBX_SOURCE_DIR) / "tests" / "seam" / "snapshot.json";
  const std::string text = snapshot_to_json(recorded_cluster());
  if (std::getenv("TBX_ACCEPT") != nullptr) {
    std::ofstream(file, std::ios::binary) << text;
  }
  EXPECT_EQ(bytes_of(file), text);
}

TEST(RecordedCluster, IsWhatItsSpecWants) {
  Plan plan = plan_from(recorded_cluster_spec(), recorded_cluster());
  EXPECT_EQ(ids_of(plan), std::set<std::string>{});
  EXPECT_TRUE(plan.refused.empty()) << plan.refused.front().reason;
  EXPECT_TRUE(plan.unknown.empty()) << plan.unknown.front().reason;
  EXPECT_TRUE(plan.converged());
}

TEST(RecordedCluster, KnowsItsMembersByIdAndAllOfThemHealthy) {
  EtcdState etcd = recorded_cluster().observed.etcd;
  ASSERT_EQ(etcd.members.size(), 3U);
  for (const EtcdMember& member : etcd.members) {
    EXPECT_EQ(member.id.size(), 16U);
    EXPECT_TRUE(member.healthy && !member.learner);
    EXPECT_TRUE(member.node.starts_with("demo-cp-0"));
  }
}

TEST(RecordedCluster, GetsJustTheConfigOfANewNetworkOnItsControlPlanes) {
  ClusterSpec wanted = recorded_cluster_spec();
  wanted.addons.push_back(cilium());
  Plan plan = plan_from(wanted, recorded_cluster());
  std::set<std::string> ids = ids_of(plan);
  for (const char* node : {"demo-cp-01", "demo-cp-02", "demo-cp-03"}) {
    const Action& action = action_of(plan, std::string("apply-config/") + node);
    EXPECT_EQ(action.changes, (std::vector<Change>{{"cluster.network.cni.name", "null", "\"none\""},
                                                   {"cluster.proxy.disabled", "null", "true"}}));
    EXPECT_EQ(ids.erase(std::string("apply-config/") + node), 1U);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"install-release/cilium", "await-release/cilium"}))
      << "a worker's config says nothing of the network, and etcd's members have nothing to do with it";
}

TEST(RecordedCluster, WithAnEarlierPatchInTheFileGoesBackToItNodeByNode) {
  ClusterSpec wanted = recorded_cluster_spec();
  wanted.talos_version = "v1.12.4";
  Plan plan = plan_from(wanted, recorded_cluster());
  EXPECT_TRUE(plan.refused.empty());
  for (const char* node : {"demo-cp-01", "demo-cp-02", "demo-cp-03", "demo-worker-01"}) {
    const Action& action = action_of(plan, std::string("upgrade-talos/") + node);
    EXPECT_EQ(action.changes, (std::vector<Change>{{"talos.version", "\"v1.12.6\"", "\"v1.12.4\""}}));
  }
}

TEST(RecordedCluster, WithASilentMemberIsNeitherRepairedNorBootstrapped) {
  Snapshot snapshot = recorded_cluster();
  for (EtcdMember& member : snapshot.observed.etcd.members) {
    if (member.node == "demo-cp-03") member.healthy = false;
  }
  EXPECT_EQ(ids_of(plan_from(recorded_cluster_spec(), snapshot)),
            (std::set<std::string>{"await-etcd-member/demo-cp-03"}));
}

TEST(RecordedCluster, WithoutAnyAnswerOfTalosGetsNoActionOnIt) {
  Snapshot snapshot = recorded_cluster();
  snapshot.observed.talos.clear();
  snapshot.observed.etcd = {};
  snapshot.observed.talos_presence = Presence::unknown;
  snapshot.observed.talos_reason = "talosctl could not be started";
  Plan plan = plan_from(recorded_cluster_spec(), snapshot);
  EXPECT_FALSE(plan.complete());
  for (const Action& action : plan.actions) {
    EXPECT_EQ(action.impact, Impact::none) << id_of(action.op);
    EXPECT_FALSE(std::holds_alternative<BootstrapEtcd>(action.op));
  }
}

TEST(RecordedCluster, InMaintenanceIsConfiguredAndBootstrappedOnce) {
  std::set<std::string> ids = ids_of(plan_from(recorded_cluster_spec(), recorded_cluster_in_maintenance()));
  for (const char* node : {"demo-cp-01", "demo-cp-02", "demo-cp-03", "demo-worker-01"}) {
    EXPECT_TRUE(ids.contains(std::string("apply-config/") + node)) << node;
    EXPECT_FALSE(ids.contains(std::string("create-machine/") + node)) << node;
  }
  EXPECT_TRUE(ids.contains("bootstrap-etcd/demo-cp-01"));
  EXPECT_FALSE(ids.contains("bootstrap-etcd/demo-cp-02"));
}

}  // namespace
}  // namespace tbx::test
