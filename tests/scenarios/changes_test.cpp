// Nodes of a living cluster change: sizes, disks, machine configs, labels and taints, pools.
#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

class Change : public LivingCluster {};

/// A machine is stopped for its change and comes back.
const std::initializer_list<const char*> restart{"drain-node",  "stop-machine", "start-machine", "await-address",
                                                 "await-talos", "await-node",   "uncordon-node"};
/// Its member of etcd, too.
const std::initializer_list<const char*> member_restart{"hand-over-leadership", "await-etcd-member"};

TEST_F(Change, OfControlPlanesMemoryTakesOneAfterTheOther) {
  edit("{count: 3}", "{count: 3, memory: 6Gi}");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal),
            together({each_of(restart, {"ha-cp-01", "ha-cp-02", "ha-cp-03"}),
                      each_of(member_restart, {"ha-cp-01", "ha-cp-02", "ha-cp-03"}),
                      each_of({"resize-machine"}, {"ha-cp-01", "ha-cp-02", "ha-cp-03"})}));
  EXPECT_TRUE(journal.in_order({"drain-node/ha-cp-01", "hand-over-leadership/ha-cp-01", "stop-machine/ha-cp-01",
                                "resize-machine/ha-cp-01", "start-machine/ha-cp-01", "await-etcd-member/ha-cp-01",
                                "drain-node/ha-cp-02"}));
  EXPECT_TRUE(the_lab() != nullptr || journal.in_order("await-etcd-member/ha-cp-01", "uncordon-node/ha-cp-01"));
  EXPECT_TRUE(journal.in_order("uncordon-node/ha-cp-01", "drain-node/ha-cp-02"));
}

TEST_F(Change, OfWorkersSizesTakesAsManyAtOnceAsTheFileAllows) {
  edit("workers: {count: 2}", "workers: {count: 2, cpus: 4, memory: 8Gi}");
  const Ids one_by_one = together({each_of(restart, {"ha-worker-01", "ha-worker-02"}),
                                   each_of({"resize-machine"}, {"ha-worker-01", "ha-worker-02"})});
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), one_by_one);
  EXPECT_TRUE(journal.in_order("uncordon-node/ha-worker-01", "drain-node/ha-worker-02"));
  edit("cpus: 4", "cpus: 2, maxUnavailable: 2");
  EXPECT_EQ(planned_and_applied(&journal), one_by_one);
  EXPECT_FALSE(journal.in_order("uncordon-node/ha-worker-01", "drain-node/ha-worker-02"));
}

TEST_F(Change, OfADisksSizeGrowsItWithTheMachineOff) {
  edit("workers: {count: 2}", "workers: {count: 2, disk: 40Gi}");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), together({each_of(restart, {"ha-worker-01", "ha-worker-02"}),
                                                     each_of({"grow-disk"}, {"ha-worker-01", "ha-worker-02"})}));
  EXPECT_TRUE(journal.in_order({"stop-machine/ha-worker-01", "grow-disk/ha-worker-01", "start-machine/ha-worker-01"}));
  edit("disk: 40Gi", "disk: 30Gi");
  EXPECT_TRUE(contains(refused_by("disk-shrink"), "40Gi"));
}

TEST_F(Change, OfAConfigThatTalosTakesAtOnceRestartsNothing) {
  edit("workers: {count: 2}", "workers: {count: 2, patches: [{machine: {sysctls: {vm.max_map_count: \"262144\"}}}]}");
  EXPECT_EQ(planned_and_applied(), each_of({"apply-config"}, {"ha-worker-01", "ha-worker-02"}));
}

TEST_F(Change, OfAConfigThatNeedsARestartTakesOneControlPlaneAfterTheOther) {
  edit("{count: 3}",
       "{count: 3, patches: [{cluster: {etcd: {extraArgs: {listen-metrics-urls: \"http://0.0.0.0:2381\"}}}}]}");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), each_of({"drain-node", "hand-over-leadership", "apply-config", "await-talos",
                                                    "await-etcd-member", "await-node", "uncordon-node"},
                                                   {"ha-cp-01", "ha-cp-02", "ha-cp-03"}));
  EXPECT_TRUE(journal.in_order({"drain-node/ha-cp-01", "hand-over-leadership/ha-cp-01", "apply-config/ha-cp-01",
                                "await-etcd-member/ha-cp-01", "drain-node/ha-cp-02"}));
  EXPECT_TRUE(the_lab() != nullptr || journal.in_order("await-etcd-member/ha-cp-01", "uncordon-node/ha-cp-01"));
  EXPECT_TRUE(journal.in_order("uncordon-node/ha-cp-01", "drain-node/ha-cp-02"));
}

TEST_F(Change, OfTaintsAndLabelsTouchesNothingElse) {
  edit("workers: {count: 2}", "workers: {count: 2, labels: {tier: web}, taints: [\"dedicated=data:NoSchedule\"]}");
  EXPECT_EQ(planned_and_applied(), each_of({"label-node"}, {"ha-worker-01", "ha-worker-02"}));
  edit("labels: {tier: web}, taints: [\"dedicated=data:NoSchedule\"]", "labels: {tier: api}");
  EXPECT_EQ(planned_and_applied(), each_of({"label-node"}, {"ha-worker-01", "ha-worker-02"}));
}

TEST_F(Change, OfAPoolsNameMakesNewNodesBeforeTheOldOnesGo) {
  edit("workers: {count: 2}", "workers: [{name: apps, count: 2}]");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal),
            together({each_of({"create-disk", "create-machine", "start-machine", "await-address", "apply-config",
                               "await-talos", "await-node"},
                              {"ha-apps-01", "ha-apps-02"}),
                      each_of({"drain-node", "stop-machine", "delete-node", "delete-machine", "delete-disk"},
                              {"ha-worker-01", "ha-worker-02"})}));
  for (const std::string made : {"await-node/ha-apps-01", "await-node/ha-apps-02"}) {
    EXPECT_TRUE(journal.in_order(made, "drain-node/ha-worker-01"));
    EXPECT_TRUE(journal.in_order(made, "drain-node/ha-worker-02"));
  }
}

TEST_F(Change, FromACountToNumbersRemovesAndMakesJustThose) {
  edit("workers: {count: 2}", "workers: {nodes: [1, 3]}");
  EXPECT_EQ(planned_and_applied(),
            together({each_of({"create-disk", "create-machine", "start-machine", "await-address", "apply-config",
                               "await-talos", "await-node"},
                              {"ha-worker-03"}),
                      each_of({"drain-node", "stop-machine", "delete-node", "delete-machine", "delete-disk"},
                              {"ha-worker-02"})}));
}

TEST_F(Change, ToControlPlanesThatCarryWorkloadsTakesTheirTaintAway) {
  edit("{count: 3}", "{count: 3, schedulable: true}");
  EXPECT_EQ(planned_and_applied(), each_of({"apply-config"}, {"ha-cp-01", "ha-cp-02", "ha-cp-03"}));
  edit("schedulable: true", "schedulable: false");
  EXPECT_EQ(planned_and_applied(), each_of({"apply-config"}, {"ha-cp-01", "ha-cp-02", "ha-cp-03"}));
}

TEST_F(Change, ToAProtectedPoolKeepsItsNodesAgainstEverything) {
  edit("workers: {count: 2}", "workers: {count: 2, protect: true}");
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
  edit("count: 2, protect: true", "count: 1, protect: true");
  EXPECT_TRUE(contains(refused_by("protected"), "ha-worker-02"));
  expect(3, "destroy cluster.yaml --sim w.json --yes");
}

TEST_F(Change, AWorkerThatSomebodyMadeAnewRegistersUnderItsNewIdentity) {
  world("remake-machine ha-worker-01");
  const Ids ids = ids_of(planned());
  EXPECT_TRUE(ids.contains("delete-node/ha-worker-01"));
  EXPECT_TRUE(ids.contains("restart-kubelet/ha-worker-01"));
  applied();
}

TEST_F(Change, OfMemoryAndConfigTogetherRestartsEachControlPlaneOnce) {
  edit("{count: 3}", "{count: 3, memory: 6Gi, patches: [{cluster: {etcd: {extraArgs: {a: b}}}}]}");
  Journal journal;
  const Ids ids = planned_and_applied(&journal);
  EXPECT_EQ(journal.rounds(), 1);
  for (const std::string node : {"ha-cp-01", "ha-cp-02", "ha-cp-03"}) {
    EXPECT_EQ(ids.count("await-talos/" + node), 1U);
    EXPECT_TRUE(journal.in_order({"drain-node/" + node, "apply-config/" + node, "stop-machine/" + node}));
  }
}

}  // namespace
}  // namespace tbx::test
