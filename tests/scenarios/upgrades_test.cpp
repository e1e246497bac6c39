// Another release in the file: of Talos hop by hop, of Kubernetes by minors, and both in an order in which they fit.
#include <fmt/format.h>

#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

class Upgrade : public LivingCluster {
 protected:
  using LivingCluster::LivingCluster;

  /// The steps of one hop of Talos over all five nodes; `turn`: the how-manieth hop.
  static Ids hop(int turn) {
    const Ids first =
        together({{"snapshot-etcd/ha"},
                  each_of({"drain-node", "upgrade-talos", "await-talos", "await-node", "uncordon-node"},
                          {"ha-cp-01", "ha-cp-02", "ha-cp-03", "ha-worker-01", "ha-worker-02"}),
                  each_of({"hand-over-leadership", "await-etcd-member"}, {"ha-cp-01", "ha-cp-02", "ha-cp-03"})});
    Ids ids;
    for (const std::string& id : first) ids.insert(turn == 1 ? id : fmt::format("{}#{}", id, turn));
    return ids;
  }

  static nlohmann::json observed() {
    return nlohmann::json::parse(expect(0, "observe cluster.yaml --sim w.json").out).at("observed");
  }
};

TEST_F(Upgrade, OfTalosByAPatchGoesNodeByNodeControlPlanesFirst) {
  edit("v1.12.4", "v1.12.5");
  const auto boots_before = observed().at("talos");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), hop(1));
  EXPECT_TRUE(journal.in_order({"snapshot-etcd/ha", "drain-node/ha-cp-01", "hand-over-leadership/ha-cp-01",
                                "upgrade-talos/ha-cp-01", "await-etcd-member/ha-cp-01", "drain-node/ha-cp-02"}));
  EXPECT_TRUE(the_lab() != nullptr || journal.in_order("await-etcd-member/ha-cp-01", "uncordon-node/ha-cp-01"));
  EXPECT_TRUE(journal.in_order({"uncordon-node/ha-cp-01", "drain-node/ha-cp-02", "uncordon-node/ha-cp-03",
                                "drain-node/ha-worker-01", "uncordon-node/ha-worker-01", "drain-node/ha-worker-02"}));
  const nlohmann::json after = observed();
  for (const auto& [node, talos] : after.at("talos").items()) {
    EXPECT_EQ(talos.at("version"), "v1.12.5") << node;
    // A whole look does not ask real machines.
    if (the_lab() == nullptr) {
      EXPECT_NE(talos.at("boot_id"), boots_before.at(node).at("boot_id")) << node;
    }
  }
}

TEST_F(Upgrade, OfTalosByTwoMinorsSkipsNone) {
  edit("v1.12.4", "v1.14.0");
  const nlohmann::json plan = planned();
  std::vector<std::string> targets;
  for (const auto& action : plan.at("actions")) {
    if (action.at("op") == "upgrade-talos" && action.at("target") == "ha-cp-01") {
      targets.push_back(action.at("changes").at(0).at("to"));
    }
  }
  EXPECT_EQ(targets, (std::vector<std::string>{"v1.12.11", "v1.13.9", "v1.14.0"}));
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), together({hop(1), hop(2), hop(3)}));
  EXPECT_TRUE(journal.in_order("uncordon-node/ha-worker-02", "snapshot-etcd/ha#2"));
}

TEST_F(Upgrade, OfKubernetesByAMinorTakesASnapshotFirst) {
  edit("v1.34.2", "v1.35.0");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), (Ids{"snapshot-etcd/ha", "upgrade-kubernetes/ha"}));
  EXPECT_TRUE(journal.in_order("snapshot-etcd/ha", "upgrade-kubernetes/ha"));
  const nlohmann::json after = observed();
  for (const auto& node : after.at("kubernetes").at("nodes")) EXPECT_EQ(node.at("kubelet_version"), "v1.35.0");
}

TEST_F(Upgrade, OfBothGoesInAnOrderInWhichTheyFit) {
  edit("v1.12.4", "v1.13.9");
  edit("v1.34.2", "v1.36.1");
  Journal journal;
  planned_and_applied(&journal);
  // Talos 1.12 takes Kubernetes up to 1.35, and 1.13 from 1.31 to 1.36.
  EXPECT_TRUE(journal.in_order(
      {"upgrade-talos/ha-cp-01", "upgrade-talos/ha-cp-01#2", "upgrade-kubernetes/ha", "upgrade-kubernetes/ha#2"}));
  EXPECT_EQ(observed().at("kubernetes").at("version"), "v1.36.1");
}

TEST_F(Upgrade, OfKubernetesWaitsForThoseThatLeaveTheCluster) {
  edit("v1.34.2", "v1.35.0");
  edit("workers: {count: 2}", "workers: {count: 1}");
  edit("{count: 3}", "{count: 1}");
  Journal journal;
  planned_and_applied(&journal);
  for (const std::string gone : {"delete-machine/ha-worker-02", "delete-machine/ha-cp-02", "delete-machine/ha-cp-03"}) {
    EXPECT_TRUE(journal.in_order(gone, "upgrade-kubernetes/ha"));
  }
}

TEST_F(Upgrade, OfKubernetesWaitsForAStaleNodeToGo) {
  edit("v1.34.2", "v1.35.0");
  edit("workers: {count: 2}", "workers: {count: 1}");
  world("delete-machine ha-worker-02");
  world("delete-disk ha-worker-02");
  expect(0, "status cluster.yaml --sim w.json");
  Journal journal = applied();
  EXPECT_TRUE(journal.in_order("delete-node/ha-worker-02", "upgrade-kubernetes/ha"));
}

TEST_F(Upgrade, ThatIsADowngradeIsRefusedWithItsReason) {
  edit("v1.34.2", "v1.33.4");
  EXPECT_TRUE(contains(refused_by("downgrade"), "Kubernetes never goes back: set kubernetes.version to v1.34.2"));
  edit("v1.33.4", "v1.34.2");
  edit("v1.12.4", "v1.13.9");
  applied();
  edit("v1.13.9", "v1.11.6");
  EXPECT_TRUE(contains(refused_by("downgrade"), "by one minor release at most"));
}

TEST_F(Upgrade, ThatTheRunningKubernetesDoesNotFitIsRefusedWithTheWayOut) {
  write("cluster.yaml", replaced(three_and_two, "  kubernetes: {version: v1.34.2}\n", ""));
  edit("v1.12.4", "v1.13.9");
  applied();
  EXPECT_EQ(observed().at("kubernetes").at("version"), "v1.34.2") << "without a version in the file it stays";
  edit("v1.13.9", "v1.14.0");
  applied();
  edit("v1.14.0", "v1.13.9");
  EXPECT_TRUE(contains(refused_by("downgrade"), "can't read what the etcd of v1.14.0 wrote"));
}

TEST_F(Upgrade, ThatWasKilledHalfWayGoesOnWithTheNodesThatAreLeft) {
  edit("v1.12.4", "v1.12.5");
  world("fail-next upgrade-talos");
  world("at 300 power-off ha-cp-02");
  expect(1, "apply cluster.yaml --sim w.json --yes --max-rounds 1 --events half.jsonl");
  applied();
  const nlohmann::json after = observed();
  for (const auto& [node, talos] : after.at("talos").items()) EXPECT_EQ(talos.at("version"), "v1.12.5") << node;
}

class UpgradeByAMinor : public Upgrade {
 protected:
  UpgradeByAMinor() : Upgrade(replaced(three_and_two, "v1.12.4", "v1.11.6")) {}
};

TEST_F(UpgradeByAMinor, OfTalosGoesNodeByNodeAndLeavesKubernetesAsItIs) {
  edit("v1.11.6", "v1.12.4");
  EXPECT_EQ(planned_and_applied(), hop(1));
  const nlohmann::json after = observed();
  for (const auto& [node, talos] : after.at("talos").items()) EXPECT_EQ(talos.at("version"), "v1.12.4") << node;
  for (const auto& node : after.at("kubernetes").at("nodes")) EXPECT_EQ(node.at("kubelet_version"), "v1.34.2");
}

class UpgradeOfAnOldCluster : public Upgrade {
 protected:
  UpgradeOfAnOldCluster() : Upgrade(replaced(three_and_two, "v1.34.2", "v1.30.0")) {}
};

TEST_F(UpgradeOfAnOldCluster, LetsAWorkerJoinWithTheTalosThatStillTakesItsKubernetes) {
  edit("v1.12.4", "v1.14.0");
  edit("v1.30.0", "v1.36.0");
  edit("workers: {count: 2}", "workers: {count: 3}");
  Journal journal;
  planned_and_applied(&journal);
  EXPECT_TRUE(journal.in_order({"apply-config/ha-worker-03", "upgrade-kubernetes/ha", "upgrade-talos/ha-worker-03#3"}));
}

}  // namespace
}  // namespace tbx::test
