// Control planes come and go, die and are replaced: each with one apply, etcd's quorum kept all the way.
#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

/// What makes a machine that is not there, and waits until its Node is Ready.
const std::initializer_list<const char*> coming{"create-disk",  "create-machine", "start-machine", "await-address",
                                                "apply-config", "await-talos",    "await-node"};
/// What takes a control plane away for good.
const std::initializer_list<const char*> leaving{"snapshot-etcd", "drain-node",  "hand-over-leadership", "leave-etcd",
                                                 "stop-machine",  "delete-node", "delete-machine",       "delete-disk"};

class ControlPlanes : public LivingCluster {};

class ASingleControlPlane : public LivingCluster {
 protected:
  ASingleControlPlane() : LivingCluster(replaced(three_and_two, "{count: 3}", "{count: 1}")) {}
};

TEST_F(ASingleControlPlane, BecomesThreeThatJoinOneAfterTheOther) {
  edit("{count: 1}", "{count: 3}");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal), together({each_of(coming, {"ha-cp-02", "ha-cp-03"}),
                                                     each_of({"await-etcd-member"}, {"ha-cp-02", "ha-cp-03"}),
                                                     {"write-talosconfig/ha"}}));
  EXPECT_TRUE(journal.in_order(
      {"apply-config/ha-cp-02", "await-etcd-member/ha-cp-02", "apply-config/ha-cp-03", "await-etcd-member/ha-cp-03"}));
}

TEST_F(ControlPlanes, BecomeOneWhereEachIsGoneBeforeTheNextOneLeaves) {
  edit("{count: 3}", "{count: 1}");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal),
            together({each_of(leaving, {"ha-cp-02", "ha-cp-03"}), {"write-talosconfig/ha"}}));
  for (const std::string node : {"ha-cp-03", "ha-cp-02"}) {
    EXPECT_TRUE(journal.in_order({"snapshot-etcd/" + node, "drain-node/" + node, "hand-over-leadership/" + node,
                                  "leave-etcd/" + node, "stop-machine/" + node, "delete-node/" + node,
                                  "delete-machine/" + node, "delete-disk/" + node}));
  }
  EXPECT_TRUE(journal.in_order("delete-disk/ha-cp-03", "snapshot-etcd/ha-cp-02"));
}

TEST_F(ControlPlanes, BecomeFiveAndThreeAgain) {
  edit("{count: 3}", "{count: 5}");
  EXPECT_EQ(planned_and_applied(), together({each_of(coming, {"ha-cp-04", "ha-cp-05"}),
                                             each_of({"await-etcd-member"}, {"ha-cp-04", "ha-cp-05"}),
                                             {"write-talosconfig/ha"}}));
  edit("{count: 5}", "{count: 3}");
  EXPECT_EQ(planned_and_applied(), together({each_of(leaving, {"ha-cp-04", "ha-cp-05"}), {"write-talosconfig/ha"}}));
}

TEST_F(ControlPlanes, WhoseCredentialsNameOneThatGoesAreToldOfTheOthersFirst) {
  edit("{count: 3}", "{nodes: [3]}");
  const nlohmann::json plan = planned();
  const Journal journal = applied();
  EXPECT_TRUE(ids_of(plan).contains("write-kubeconfig/ha"));
  for (const std::string written : {"write-talosconfig/ha", "write-kubeconfig/ha"}) {
    EXPECT_TRUE(journal.in_order(written, "snapshot-etcd/ha-cp-02"));
    EXPECT_TRUE(journal.in_order(written, "snapshot-etcd/ha-cp-01"));
  }
}

TEST_F(ControlPlanes, OneOfThemDeletedIsMadeAnewWhenItsStaleMemberAndItsNodeAreGone) {
  world("delete-machine ha-cp-02");
  world("delete-disk ha-cp-02");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal),
            together({each_of(coming, {"ha-cp-02"}),
                      {"snapshot-etcd/ha-cp-02", "remove-etcd-member/ha-cp-02", "delete-node/ha-cp-02",
                       "await-etcd-member/ha-cp-02", "await-release/cilium", "write-talosconfig/ha"}}));
  EXPECT_TRUE(journal.in_order({"snapshot-etcd/ha-cp-02", "remove-etcd-member/ha-cp-02", "delete-node/ha-cp-02",
                                "create-disk/ha-cp-02", "create-machine/ha-cp-02", "apply-config/ha-cp-02",
                                "await-etcd-member/ha-cp-02"}));
}

TEST_F(ControlPlanes, OneWhoseMachineIsDeletedGivesUpItsDiskWhileTheOthersHaveQuorum) {
  world("delete-machine ha-cp-03");
  Journal journal;
  EXPECT_EQ(planned_and_applied(&journal),
            together({each_of(coming, {"ha-cp-03"}),
                      {"snapshot-etcd/ha-cp-03", "remove-etcd-member/ha-cp-03", "delete-node/ha-cp-03",
                       "delete-disk/ha-cp-03", "await-etcd-member/ha-cp-03", "await-release/cilium",
                       "write-talosconfig/ha"}}));
  EXPECT_TRUE(journal.in_order({"remove-etcd-member/ha-cp-03", "delete-disk/ha-cp-03", "create-disk/ha-cp-03"}));
}

TEST_F(ControlPlanes, OneWhoseDiskIsGoneIsMadeAnew) {
  world("delete-disk ha-cp-01");
  Journal journal;
  planned_and_applied(&journal);
  EXPECT_TRUE(journal.in_order({"snapshot-etcd/ha-cp-01", "remove-etcd-member/ha-cp-01", "delete-node/ha-cp-01",
                                "delete-machine/ha-cp-01", "create-disk/ha-cp-01", "create-machine/ha-cp-01",
                                "await-etcd-member/ha-cp-01"}));
}

TEST_F(ControlPlanes, TwoOfThreeThatAreOffAreStartedAndNothingIsRemoved) {
  world("power-off ha-cp-01");
  world("power-off ha-cp-02");
  const nlohmann::json plan = nlohmann::json::parse(expect(4, "plan cluster.yaml --sim w.json --format json").out);
  EXPECT_EQ(ids_of(plan), together({each_of({"start-machine", "await-address", "await-talos", "await-etcd-member"},
                                            {"ha-cp-01", "ha-cp-02"}),
                                    {"await-etcd-member/ha-cp-03", "await-api/ha", "write-kubeconfig/ha"}}));
  applied();
}

TEST_F(ASingleControlPlane, WhoseMachineIsDeletedIsMadeAgainAroundItsDiskAndLivesOn) {
  const std::string uid = nlohmann::json::parse(expect(0, "observe cluster.yaml --sim w.json").out)
                              .at("observed")
                              .at("kubernetes")
                              .at("nodes")
                              .at(1)
                              .at("uid");
  world("delete-machine ha-cp-01");
  Journal journal = applied();
  EXPECT_TRUE(journal.in_order("create-machine/ha-cp-01", "await-etcd-member/ha-cp-01"));
  for (const std::string never : {"bootstrap-etcd/ha-cp-01", "delete-disk/ha-cp-01", "create-disk/ha-cp-01"}) {
    EXPECT_FALSE(journal.started_in_round(1).contains(never)) << never;
  }
  EXPECT_EQ(nlohmann::json::parse(expect(0, "observe cluster.yaml --sim w.json").out)
                .at("observed")
                .at("kubernetes")
                .at("nodes")
                .at(1)
                .at("uid"),
            uid)
      << "the same cluster, with what was in it";
}

TEST_F(ASingleControlPlane, ALearnerThatWasLeftBehindIsTakenOffTheList) {
  edit("{count: 1}", "{count: 3}");
  world("at 105 delete-machine ha-cp-02");
  world("at 106 delete-disk ha-cp-02");
  const std::string log = expect(0, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").err;
  EXPECT_TRUE(contains(log, "is a learner"));
  EXPECT_TRUE(Journal(read("journal.jsonl")).in_order("remove-etcd-member/ha-cp-02", "await-etcd-member/ha-cp-03"));
  expect(0, "plan cluster.yaml --sim w.json --detailed-exitcode");
}

TEST_F(ControlPlanes, OneThatLivesIsMadeAnewOnRequest) {
  const Journal journal = applied("--replace ha-cp-02");
  EXPECT_TRUE(journal.in_order({"snapshot-etcd/ha-cp-02", "drain-node/ha-cp-02", "hand-over-leadership/ha-cp-02",
                                "leave-etcd/ha-cp-02", "stop-machine/ha-cp-02", "delete-node/ha-cp-02",
                                "delete-machine/ha-cp-02", "delete-disk/ha-cp-02", "create-disk/ha-cp-02",
                                "create-machine/ha-cp-02", "await-etcd-member/ha-cp-02"}));
}

TEST_F(ASingleControlPlane, WhoseDiskIsGoneIsMadeAnewAndNotBootstrappedAgain) {
  world("delete-disk ha-cp-01");
  refused_by("etcd-lost", together({each_of({"delete-machine", "create-disk", "create-machine", "start-machine",
                                             "await-address", "apply-config", "await-talos"},
                                            {"ha-cp-01"}),
                                    {"write-talosconfig/ha"}}));
}

TEST_F(ASingleControlPlane, ThatIsOffIsStartedToLetAnotherTakeItsPlace) {
  world("power-off ha-cp-01");
  edit("{count: 1}", "{nodes: [2]}");
  const Journal journal = applied();
  EXPECT_TRUE(journal.in_order(
      {"start-machine/ha-cp-01", "apply-config/ha-cp-02", "await-etcd-member/ha-cp-02", "leave-etcd/ha-cp-01"}));
}

TEST_F(ControlPlanes, ThatAreAllOffAreStartedBeforeAnyOfThemLeaves) {
  for (const std::string node : {"ha-cp-01", "ha-cp-02", "ha-cp-03"}) world("power-off " + node);
  edit("{count: 3}", "{count: 1}");
  const Journal journal = applied();
  for (const std::string gone : {"ha-cp-02", "ha-cp-03"}) {
    EXPECT_TRUE(journal.started_in_round(1).contains("start-machine/" + gone));
    EXPECT_TRUE(journal.in_order("await-etcd-member/" + gone, "leave-etcd/ha-cp-03"));
  }
}

TEST_F(ControlPlanes, OneThatIsOffIsStartedSoThatOneWithoutItsDiskCanBeMadeAnew) {
  world("power-off ha-cp-03");
  world("delete-disk ha-cp-01");
  edit("{count: 3}", "{count: 1}");
  const Journal journal = applied();
  EXPECT_TRUE(journal.in_order({"await-etcd-member/ha-cp-03", "remove-etcd-member/ha-cp-01", "create-disk/ha-cp-01",
                                "await-etcd-member/ha-cp-01", "leave-etcd/ha-cp-03"}));
}

TEST_F(ControlPlanes, OneWhoseDiskIsSomebodyElsesHoldsUpNoOther) {
  world("leave-disk ha-cp-04 --foreign");
  edit("{count: 3}", "{count: 5}");
  const std::string said = expect(3, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").err;
  EXPECT_TRUE(contains(said, "create-disk/ha-cp-04 was refused (not-ours)"));
  EXPECT_EQ(said.find("does not settle"), std::string::npos) << said;
  EXPECT_TRUE(Journal(read("journal.jsonl")).in_order("apply-config/ha-cp-05", "await-etcd-member/ha-cp-05"));
}

}  // namespace
}  // namespace tbx::test
