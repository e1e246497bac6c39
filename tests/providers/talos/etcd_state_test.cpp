// etcd's state, put together from what the control planes print.
#include "providers/talos/etcd_state.h"

#include <gtest/gtest.h>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

EtcdAnswers answers() {
  EtcdAnswers answers;
  answers.members = parse_etcd_members(talosctl_output("emulator/etcd-members-two-nodes.out")).value();
  answers.statuses = parse_etcd_status(talosctl_output("emulator/etcd-status.out")).value();
  answers.node_names = {{"127.0.88.11", "cp-1"}, {"127.0.88.12", "cp-2"}, {"127.0.88.13", "cp-3"}};
  return answers;
}

TEST(EtcdState, HoldsEachMemberOnceWithItsHealth) {
  EtcdState etcd = make_etcd_state(answers());
  EXPECT_EQ(etcd.presence, Presence::present);
  EXPECT_TRUE(etcd.lists_agree);
  EXPECT_TRUE(etcd.has_leader);
  EXPECT_EQ(etcd.members, (std::vector<EtcdMember>{{"bd159000caf330c4", "cp-3", true, false, false, "127.0.88.13"},
                                                   {"d506e4edbe6d2e82", "cp-2", true, false, false, "127.0.88.12"},
                                                   {"da34ebb4d6680d1c", "cp-1", true, false, true, "127.0.88.11"}}));
}

TEST(EtcdState, CountsAMemberThatDidNotTellItsStatusAsNotHealthy) {
  EtcdAnswers silent = answers();
  silent.statuses.pop_back();
  EXPECT_FALSE(make_etcd_state(silent).members.at(0).healthy);
}

TEST(EtcdState, SeesListsThatDiffer) {
  EtcdAnswers split = answers();
  split.members.pop_back();
  EXPECT_FALSE(make_etcd_state(split).lists_agree);
}

TEST(EtcdState, KnowsALossOfQuorumWithoutAnyList) {
  EtcdAnswers lost;
  lost.statuses = {{"127.0.88.11", "da34ebb4d6680d1c", "", false, "etcdserver: no leader"}};
  lost.node_names = answers().node_names;
  EtcdState etcd = make_etcd_state(lost);
  EXPECT_EQ(etcd.presence, Presence::present);
  EXPECT_FALSE(etcd.has_leader);
  EXPECT_EQ(etcd.members, (std::vector<EtcdMember>{{"da34ebb4d6680d1c", "cp-1", false, false, false}}));
}

TEST(EtcdState, IsUnknownWithListsAndNoStatus) {
  EtcdAnswers lists = answers();
  lists.statuses.clear();
  EXPECT_EQ(make_etcd_state(lists).presence, Presence::unknown) << "or it would read as a loss of quorum";
}

TEST(EtcdState, IsAbsentOnlyWhenEveryControlPlaneHasNoData) {
  EtcdAnswers never;
  never.data = {{"cp-1", Presence::absent}, {"cp-2", Presence::absent}};
  EXPECT_EQ(make_etcd_state(never).presence, Presence::absent);
  never.data["cp-3"] = Presence::unknown;
  never.reason = "cp-3 does not answer";
  EXPECT_EQ(make_etcd_state(never).presence, Presence::unknown);
  EXPECT_EQ(make_etcd_state(never).reason, "cp-3 does not answer");
  EXPECT_EQ(make_etcd_state({}).presence, Presence::unknown);
}

TEST(EtcdState, NamesAlarmsWithTheirMember) {
  EtcdAnswers full = answers();
  full.alarms = {{"127.0.88.11", "da34ebb4d6680d1c", "NOSPACE"}, {"127.0.88.12", "da34ebb4d6680d1c", "NOSPACE"}};
  EXPECT_EQ(make_etcd_state(full).alarms, (std::vector<std::string>{"NOSPACE da34ebb4d6680d1c"}));
}

}  // namespace
}  // namespace tbx
