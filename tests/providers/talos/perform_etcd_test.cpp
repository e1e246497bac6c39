// etcd's membership: what is asked of which member, and what becomes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::fake_member_id;
using test::machine_named;
using test::StagedTalos;
using Lines = std::vector<std::string>;

std::string at(StagedTalos& stage, const std::string& name) {
  return "talosctl --talosconfig OUT/talosconfig -e <" + name + "> -n " + stage.node(name).node_address;
}

Lines member_names(const StagedTalos& stage) {
  Lines names;
  std::ranges::transform(stage.talos.members, std::back_inserter(names), &test::FakeEtcdMember::node);
  return names;
}

/// Configured control planes on which etcd was never begun.
void forget_etcd(StagedTalos& stage) {
  for (const char* name : {"demo-cp-01", "demo-cp-02", "demo-cp-03"}) {
    stage.node(name).has_etcd_data = false;
  }
  stage.talos.members.clear();
  stage.talos.leader.clear();
  stage.look();
}

/// Off, with its member on everybody's list.
void lose(StagedTalos& stage, const std::string& name) {
  stage.node(name).port.reset();
  machine_named(stage.found, name).power = Power::off;
  stage.look();
}

const LeaveEtcd leave{"demo-cp-03", "0000000000000003"};
const RemoveEtcdMember removal{"demo-cp-03", "0000000000000003"};

TEST(PerformEtcd, BootstrapsOnTheOneNode) {
  StagedTalos stage;
  forget_etcd(stage);
  EXPECT_EQ(stage.changes_of(BootstrapEtcd{"demo-cp-01"}), Lines{at(stage, "demo-cp-01") + " bootstrap"});
  EXPECT_EQ(member_names(stage), Lines{"demo-cp-01"});
  EXPECT_EQ(stage.look().etcd.presence, Presence::present) << stage.found.etcd.reason;
}

TEST(PerformEtcd, ABootstrapOnANodeWithDataIsASuccessThatChangesNothing) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(BootstrapEtcd{"demo-cp-01"}), Lines{at(stage, "demo-cp-01") + " bootstrap"});
  EXPECT_EQ(member_names(stage), (Lines{"demo-cp-01", "demo-cp-02", "demo-cp-03"}));
}

TEST(PerformEtcd, ABootstrapTooEarlyIsTriedAgain) {
  StagedTalos stage;
  forget_etcd(stage);
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
  forget_etcd(stage);
  stage.talos.cut_off = {"bootstrap"};
  Status status = stage.apply(BootstrapEtcd{"demo-cp-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(stage.plain(status.error().message), at(stage, "demo-cp-01") + " bootstrap took longer than 60 s");
  EXPECT_TRUE(stage.apply(BootstrapEtcd{"demo-cp-01"}));
  EXPECT_EQ(member_names(stage), Lines{"demo-cp-01"});
}

TEST(PerformEtcd, AwaitsAVoterThatKnowsALeader) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(AwaitEtcdMember{"demo-cp-02"}), Lines{});
  EXPECT_EQ(stage.told, Lines{});
}

/// What is waited for; the wait is stopped when it has been told.
std::string waited_for(StagedTalos& stage, const Op& op) {
  ApplyContext context{stage.spec, stage.found, [&](const std::string& what) {
                         stage.told.push_back(what);
                         stage.stop.request_stop();
                       }};
  Status status = stage.provider.apply(op, context, stage.stop.get_token());
  EXPECT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << status.error().message;
  return stage.told.back();
}

TEST(PerformEtcd, TellsWhatAMemberIsWaitedFor) {
  const AwaitEtcdMember op{"demo-cp-03"};
  StagedTalos silent;
  silent.node("demo-cp-03").port.reset();
  EXPECT_EQ(waited_for(silent, op), "Talos does not answer yet");
  StagedTalos absent;
  absent.talos.members.pop_back();
  EXPECT_EQ(waited_for(absent, op), "etcd is preparing");
  StagedTalos learner;
  learner.talos.member("demo-cp-03").is_learner = true;
  EXPECT_EQ(waited_for(learner, op), "etcd is running (3 of 3 members started), demo-cp-03 is a learner");
  StagedTalos without_leader;
  without_leader.talos.leader.clear();
  without_leader.talos.members[1].node.clear();
  EXPECT_EQ(waited_for(without_leader, op), "etcd is preparing (2 of 3 members started)");
}

TEST(PerformEtcd, SavesEtcdBesideTheCredentialsForTheUserAlone) {
  StagedTalos stage;
  stage.look();
  stage.talos.calls.clear();
  ASSERT_TRUE(stage.apply(SnapshotEtcd{"demo-cp-03"}));
  const auto& call = stage.talos.calls.back();
  EXPECT_EQ(stage.plain(command_line(call)), at(stage, "demo-cp-01") + " etcd snapshot OUT/.work-0/etcd.snapshot");
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
  EXPECT_TRUE(stage.plain(command_line(stage.talos.calls.back())).starts_with(at(stage, "demo-cp-02")));
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
            Lines{at(stage, "demo-cp-01") + " etcd forfeit-leadership"});
  EXPECT_EQ(stage.talos.leader, fake_member_id("demo-cp-02"));
}

TEST(PerformEtcd, AMemberThatDoesNotLeadHasNothingToHandOver) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(HandOverLeadership{"demo-cp-03"}), Lines{});
  EXPECT_EQ(stage.talos.leader, fake_member_id("demo-cp-01"));
}

TEST(PerformEtcd, ANodeLeavesByItselfAndIsOffTheListOfEveryOther) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{at(stage, "demo-cp-03") + " etcd leave"});
  EXPECT_EQ(member_names(stage), (Lines{"demo-cp-01", "demo-cp-02"}));
  EXPECT_FALSE(stage.node("demo-cp-03").has_etcd_data);
  for (const char* name : {"demo-cp-01", "demo-cp-02"}) {
    EXPECT_TRUE(std::ranges::any_of(stage.talos.calls, [&](const ToolCall& call) {
      return stage.plain(command_line(call)) == at(stage, name) + " etcd members";
    })) << name;
  }
}

TEST(PerformEtcd, ANodeThatHasLeftIsNotAskedToAgain) {
  StagedTalos stage;
  stage.look();
  stage.changes_of(leave);
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{});
}

TEST(PerformEtcd, LeavingIsDoneOnlyWhenNobodyListsTheMemberAnyMore) {
  StagedTalos stage;
  stage.look();
  stage.talos.before_call = [&](const ToolCall& call) {
    if (call.arguments.back() == "leave") stage.talos.stale_lists = 1;
  };
  ASSERT_TRUE(stage.apply(leave));
  EXPECT_EQ(stage.told, Lines{"demo-cp-01 still lists member 0000000000000003"});
}

TEST(PerformEtcd, ALeaveThatTheQuorumForbidsIsToldInTalosWords) {
  StagedTalos stage;
  stage.look();
  const std::string address = stage.node("demo-cp-03").node_address;
  stage.talos.failures["etcd leave"] = {1, "",
                                        "1 error occurred:\n\t* " + address +
                                            ": rpc error: code = Unknown desc = failed to leave cluster: etcdserver: "
                                            "unhealthy cluster\n\n\n"};
  Status status = stage.apply(leave);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "talosctl etcd leave on " + address + ": " + address +
                                        ": failed to leave cluster: etcdserver: unhealthy cluster");
  EXPECT_EQ(member_names(stage).size(), 3U);
}

TEST(PerformEtcd, ALeaveThatWasCutOffIsNotRepeatedBlindly) {
  StagedTalos stage;
  stage.look();
  stage.talos.cut_off = {"etcd leave"};
  Status status = stage.apply(leave);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(stage.plain(status.error().message), at(stage, "demo-cp-03") + " etcd leave took longer than 330 s");
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{}) << "the look has shown that it had happened";
}

TEST(PerformEtcd, TheLastMemberDoesNotLeave) {
  StagedTalos stage(1, 0);
  stage.look();
  EXPECT_EQ(stage.apply(LeaveEtcd{"demo-cp-01", "0000000000000001"}).error(),
            (Error{ErrorKind::unreachable, "demo-cp-01 does not leave etcd: no other member of etcd answers", ""}));
  EXPECT_EQ(stage.changes(), Lines{});
}

TEST(PerformEtcd, ADeadMemberIsRemovedByAHealthyOneByItsId) {
  StagedTalos stage;
  lose(stage, "demo-cp-03");
  EXPECT_EQ(stage.changes_of(removal), Lines{at(stage, "demo-cp-01") + " etcd remove-member 0000000000000003"});
  EXPECT_EQ(member_names(stage), (Lines{"demo-cp-01", "demo-cp-02"}));
}

TEST(PerformEtcd, AMemberThatIsGoneIsASuccess) {
  StagedTalos stage;
  lose(stage, "demo-cp-03");
  stage.changes_of(removal);
  stage.look();
  EXPECT_EQ(stage.changes_of(removal), Lines{at(stage, "demo-cp-01") + " etcd remove-member 0000000000000003"})
      << "etcd says that there is none";
  EXPECT_EQ(member_names(stage), (Lines{"demo-cp-01", "demo-cp-02"}));
}

TEST(PerformEtcd, NoMemberIsRemovedWhenNobodyElseServes) {
  StagedTalos stage;
  stage.talos.leader.clear();
  lose(stage, "demo-cp-03");
  EXPECT_EQ(stage.apply(removal).error(),
            (Error{ErrorKind::unreachable,
                   "member 0000000000000003 of demo-cp-03 is not removed: no other member of etcd answers", ""}));
  EXPECT_EQ(stage.changes(), Lines{});
}

}  // namespace
}  // namespace tbx
