// etcd's beginning, its snapshots and its leader: what is asked of which member, and what becomes of it.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::fake_member_id;
using test::StagedTalos;
using Lines = std::vector<std::string>;

TEST(PerformEtcd, BootstrapsOnTheOneNode) {
  StagedTalos stage;
  stage.forget_etcd();
  stage.look();
  EXPECT_EQ(stage.changes_of(BootstrapEtcd{"demo-cp-01"}), Lines{stage.command("demo-cp-01", "bootstrap")});
  EXPECT_EQ(stage.member_names(), Lines{"demo-cp-01"});
  EXPECT_EQ(stage.look().etcd.presence, Presence::present) << stage.found.etcd.reason;
}

TEST(PerformEtcd, ABootstrapOnANodeWithDataIsASuccessThatChangesNothing) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(BootstrapEtcd{"demo-cp-01"}), Lines{stage.command("demo-cp-01", "bootstrap")});
  EXPECT_EQ(stage.member_names(), (Lines{"demo-cp-01", "demo-cp-02", "demo-cp-03"}));
}

TEST(PerformEtcd, ABootstrapTooEarlyIsTriedAgain) {
  StagedTalos stage;
  stage.forget_etcd();
  stage.look();
  stage.node("demo-cp-01").stage = "installing";
  Status installing = stage.apply(BootstrapEtcd{"demo-cp-01"});
  ASSERT_FALSE(installing);
  EXPECT_EQ(installing.error().kind, ErrorKind::busy);
  EXPECT_TRUE(installing.error().message.ends_with(": bootstrap is not available yet")) << installing.error().message;
  stage.node("demo-cp-01").config.clear();
  Status in_maintenance = stage.apply(BootstrapEtcd{"demo-cp-01"});
  ASSERT_FALSE(in_maintenance);
  EXPECT_EQ(in_maintenance.error().kind, ErrorKind::busy) << in_maintenance.error().message;
}

TEST(PerformEtcd, ABootstrapOnAWorkerIsRejectedInTalosWords) {
  StagedTalos stage;
  stage.look();
  const std::string address = stage.node("demo-worker-01").node_address;
  Status status = stage.apply(BootstrapEtcd{"demo-worker-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "talosctl bootstrap on " + address + ": " + address +
                                        ": bootstrap can only be performed on a control plane node");
}

TEST(PerformEtcd, ABootstrapThatWasCutOffMayHaveHappened) {
  StagedTalos stage;
  stage.forget_etcd();
  stage.look();
  stage.talos.cut_off = {"bootstrap"};
  Status status = stage.apply(BootstrapEtcd{"demo-cp-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(stage.plain(status.error().message), stage.command("demo-cp-01", "bootstrap took longer than 60 s"));
  EXPECT_TRUE(stage.apply(BootstrapEtcd{"demo-cp-01"}));
  EXPECT_EQ(stage.member_names(), Lines{"demo-cp-01"});
}

TEST(PerformEtcd, AwaitsAVoterThatKnowsALeader) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(AwaitEtcdMember{"demo-cp-02"}), Lines{});
  EXPECT_EQ(stage.told, Lines{});
}

TEST(PerformEtcd, TellsWhatAMemberIsWaitedFor) {
  const AwaitEtcdMember op{"demo-cp-03"};
  StagedTalos silent;
  silent.node("demo-cp-03").port.reset();
  EXPECT_EQ(silent.waited_for(op), "Talos does not answer yet");
  StagedTalos absent;
  absent.talos.members.pop_back();
  EXPECT_EQ(absent.waited_for(op), "etcd is preparing");
  StagedTalos learner;
  learner.talos.member("demo-cp-03").is_learner = true;
  EXPECT_EQ(learner.waited_for(op), "etcd is running (3 of 3 members started), demo-cp-03 is a learner");
  StagedTalos without_leader;
  without_leader.talos.leader.clear();
  without_leader.talos.members[1].node.clear();
  EXPECT_EQ(without_leader.waited_for(op), "etcd is preparing (2 of 3 members started)");
}

TEST(PerformEtcd, SavesEtcdBesideTheCredentialsForTheUserAlone) {
  StagedTalos stage;
  stage.look();
  stage.talos.calls.clear();
  ASSERT_TRUE(stage.apply(SnapshotEtcd{"demo-cp-03"}));
  const auto& call = stage.talos.calls.back();
  EXPECT_EQ(stage.plain(command_line(call)), stage.command("demo-cp-01", "etcd snapshot OUT/.work-0/etcd.snapshot"));
  EXPECT_EQ(call.deadline_seconds, 280);
  const std::filesystem::path saved = stage.out / "snapshots/0001-before-demo-cp-03.snapshot";
  ASSERT_TRUE(std::filesystem::exists(saved));
  EXPECT_EQ(std::filesystem::status(saved).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(stage.out / ".work-0"));
}

TEST(PerformEtcd, SavesFromAMemberThatServes) {
  StagedTalos stage;
  stage.talos.member("demo-cp-01").errors = "memberID:1 alarm:NOSPACE";
  stage.look();
  ASSERT_TRUE(stage.apply(SnapshotEtcd{"demo-cp-03"}));
  EXPECT_TRUE(
      stage.plain(command_line(stage.talos.calls.back())).starts_with(stage.command("demo-cp-02", "etcd snapshot")));
}

TEST(PerformEtcd, ASnapshotThatFailsLeavesNoFile) {
  StagedTalos stage;
  stage.look();
  stage.talos.failures["etcd snapshot"] = {
      1, "", "error reading file: rpc error: code = Unknown desc = failed reading etcd snapshot: no space left\n"};
  Status status = stage.apply(SnapshotEtcd{"demo-cp-03"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_TRUE(status.error().message.ends_with(": failed reading etcd snapshot: no space left"))
      << status.error().message;
  EXPECT_TRUE(std::filesystem::is_empty(stage.out / "snapshots"));
  StagedTalos without;
  without.talos.leader.clear();
  without.look();
  EXPECT_EQ(without.apply(SnapshotEtcd{"demo"}).error(),
            (Error{ErrorKind::unreachable, "no member of etcd answers that could be saved", ""}));
}

TEST(PerformEtcd, ALeaderHandsOver) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(HandOverLeadership{"demo-cp-01"}),
            Lines{stage.command("demo-cp-01", "etcd forfeit-leadership")});
  EXPECT_EQ(stage.talos.leader, fake_member_id("demo-cp-02"));
}

TEST(PerformEtcd, AMemberThatDoesNotLeadHasNothingToHandOver) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(HandOverLeadership{"demo-cp-03"}), Lines{});
  EXPECT_EQ(stage.talos.leader, fake_member_id("demo-cp-01"));
}

}  // namespace
}  // namespace tbx
