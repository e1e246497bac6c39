// How members go from etcd: what is asked of which member, and what becomes of it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::machine_named;
using test::StagedTalos;
using Lines = std::vector<std::string>;

/// Off, with its member on everybody's list.
void lose(StagedTalos& stage, const std::string& name) {
  stage.node(name).port.reset();
  machine_named(stage.found, name).power = Power::off;
  stage.look();
}

const LeaveEtcd leave{"demo-cp-03", "0000000000000003"};
const RemoveEtcdMember removal{"demo-cp-03", "0000000000000003"};

TEST(PerformEtcdMembership, ANodeLeavesByItselfAndIsOffTheListOfEveryOther) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{stage.command("demo-cp-03", "etcd leave")});
  EXPECT_EQ(stage.member_names(), (Lines{"demo-cp-01", "demo-cp-02"}));
  EXPECT_FALSE(stage.node("demo-cp-03").has_etcd_data);
  for (const char* name : {"demo-cp-01", "demo-cp-02"}) {
    EXPECT_TRUE(std::ranges::any_of(stage.talos.calls, [&](const ToolCall& call) {
      return stage.plain(command_line(call)) == stage.command(name, "etcd members");
    })) << name;
  }
}

TEST(PerformEtcdMembership, ANodeThatHasLeftIsNotAskedToAgain) {
  StagedTalos stage;
  stage.look();
  stage.changes_of(leave);
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{});
}

TEST(PerformEtcdMembership, LeavingIsDoneOnlyWhenNobodyListsTheMemberAnyMore) {
  StagedTalos stage;
  stage.look();
  stage.talos.before_call = [&](const ToolCall& call) {
    if (call.arguments.back() == "leave") stage.talos.stale_lists = 1;
  };
  ASSERT_TRUE(stage.apply(leave));
  EXPECT_EQ(stage.told, Lines{"demo-cp-01 still lists member 0000000000000003"});
}

TEST(PerformEtcdMembership, ALeaveThatTheQuorumForbidsIsToldInTalosWords) {
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
  EXPECT_EQ(stage.member_names().size(), 3U);
}

TEST(PerformEtcdMembership, ALeaveThatWasCutOffIsNotRepeatedBlindly) {
  StagedTalos stage;
  stage.look();
  stage.talos.cut_off = {"etcd leave"};
  Status status = stage.apply(leave);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(stage.plain(status.error().message), stage.command("demo-cp-03", "etcd leave took longer than 330 s"));
  stage.look();
  EXPECT_EQ(stage.changes_of(leave), Lines{}) << "the look has shown that it had happened";
}

TEST(PerformEtcdMembership, TheLastMemberDoesNotLeave) {
  StagedTalos stage(1, 0);
  stage.look();
  EXPECT_EQ(stage.apply(LeaveEtcd{"demo-cp-01", "0000000000000001"}).error(),
            (Error{ErrorKind::unreachable, "demo-cp-01 does not leave etcd: no other member of etcd answers", ""}));
  EXPECT_EQ(stage.changes(), Lines{});
}

TEST(PerformEtcdMembership, ADeadMemberIsRemovedByAHealthyOneByItsId) {
  StagedTalos stage;
  lose(stage, "demo-cp-03");
  EXPECT_EQ(stage.changes_of(removal), Lines{stage.command("demo-cp-01", "etcd remove-member 0000000000000003")});
  EXPECT_EQ(stage.member_names(), (Lines{"demo-cp-01", "demo-cp-02"}));
}

TEST(PerformEtcdMembership, AMemberThatIsGoneIsASuccess) {
  StagedTalos stage;
  lose(stage, "demo-cp-03");
  stage.changes_of(removal);
  stage.look();
  EXPECT_EQ(stage.changes_of(removal), Lines{stage.command("demo-cp-01", "etcd remove-member 0000000000000003")})
      << "etcd says that there is none";
  EXPECT_EQ(stage.member_names(), (Lines{"demo-cp-01", "demo-cp-02"}));
}

TEST(PerformEtcdMembership, NoMemberIsRemovedWhenNobodyElseServes) {
  StagedTalos stage;
  stage.talos.leader.clear();
  lose(stage, "demo-cp-03");
  EXPECT_EQ(stage.apply(removal).error(),
            (Error{ErrorKind::unreachable,
                   "member 0000000000000003 of demo-cp-03 is not removed: no other member of etcd answers", ""}));
  EXPECT_EQ(stage.changes(), Lines{});
}

TEST(PerformEtcdMembership, AMemberThatNeverStartedIsRemovedByItsIdAlone) {
  StagedTalos stage;
  stage.talos.members.push_back({"00000000000000aa", "", "10.77.42.14"});
  stage.look();
  EXPECT_EQ(stage.changes_of(RemoveEtcdMember{"00000000000000aa", "00000000000000aa"}),
            Lines{stage.command("demo-cp-01", "etcd remove-member 00000000000000aa")});
  EXPECT_EQ(stage.member_names(), (Lines{"demo-cp-01", "demo-cp-02", "demo-cp-03"}));
}

}  // namespace
}  // namespace tbx
