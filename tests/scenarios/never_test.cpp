// What tbx never does, whatever the file says: it refuses, names the rule with its arithmetic, and tells the way out.
#include "tests/support/living_cluster.h"

namespace tbx::test {
namespace {

class Never : public LivingCluster {
 protected:
  static void kill(const std::string& node) {
    world("delete-machine " + node);
    world("delete-disk " + node);
  }
};

TEST_F(Never, IsAThirdControlPlaneRemovedWhenTwoAreDead) {
  kill("ha-cp-01");
  kill("ha-cp-02");
  std::string said = refused_by("etcd-quorum");
  for (const std::string part : {"1 of 3 known control planes runs, and a leader needs 2", "gone: ha-cp-01, ha-cp-02",
                                 "To recover: take a snapshot", "ha-cp-03", "--recover-from"}) {
    EXPECT_TRUE(contains(said, part));
  }
  edit("{count: 3}", "{count: 1}");
  said = refused_by("etcd-quorum");
  EXPECT_TRUE(contains(said, "1 of 2 known control planes runs, and a leader needs 2; gone: ha-cp-01. To recover"))
      << "without a leader, etcd tells of no member that the file does not name";
}

TEST_F(Never, IsAnythingDoneToControlPlanesWhoseListCantBeRead) {
  edit("{count: 3}", "{count: 1}");
  world("hide talos");
  const std::string said = expect(4, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").err;
  EXPECT_TRUE(contains(said, "Talos could not be observed"));
  // In the lab Talos itself is there, and each machine is waited for.
  for (const std::string& id : Journal(read("journal.jsonl")).started_in_round(1)) {
    EXPECT_TRUE(the_lab() != nullptr && id.starts_with("await-")) << id;
  }
  world("unhide talos");
  applied();
}

TEST_F(Never, IsAnEvenNumberOfControlPlanesTakenWithoutAWarning) {
  edit("{count: 3}", "{count: 2}");
  EXPECT_TRUE(contains(expect(0, "plan cluster.yaml --sim w.json").err,
                       "warning: 2 control planes tolerate no more failures than 1: take 1 or 3"));
  EXPECT_TRUE(contains(expect(0, "plan cluster.yaml --sim w.json").out, "3 -> 2 members, tolerates 0 failures"));
}

TEST_F(Never, IsAMemberAddedWhileAnotherOneIsDown) {
  edit("{count: 3}", "{count: 4}");
  world("power-off ha-cp-02");
  const Journal journal = applied();
  EXPECT_TRUE(journal.in_order("await-etcd-member/ha-cp-02", "apply-config/ha-cp-04"));
}

TEST_F(Never, IsAMemberAddedOrANodeUpgradedWhileEtcdIsOutOfSpace) {
  edit("{count: 3}", "{count: 5}");
  edit("v1.12.4", "v1.12.5");
  world("raise-alarm ha-cp-01");
  EXPECT_TRUE(contains(expect(3, "plan cluster.yaml --sim w.json").out, "NOSPACE"));
  const std::string said = expect(3, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").err;
  EXPECT_TRUE(contains(said, "(etcd-alarm)"));
  for (const std::string& id : Journal(read("journal.jsonl")).started_in_round(1)) {
    EXPECT_FALSE(id.starts_with("apply-config/") || id.starts_with("upgrade-talos/")) << id;
  }
  world("clear-alarms");
  applied();
}

TEST_F(Never, IsALastControlPlaneTakenOutOfTheFile) {
  edit("{count: 3}", "{count: 1}");
  applied();
  EXPECT_TRUE(contains(expect(3, "remove cluster.yaml ha-cp-01 --yes").err, "last-control-plane"));
}

}  // namespace
}  // namespace tbx::test
