// etcd's tables, as talosctl 1.12.6 prints them.
#include "providers/talos/parse_etcd.h"

#include <gtest/gtest.h>

#include "providers/talos/parse_table.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

TEST(EtcdMembers, AreReadWithIdNameAndPeer) {
  auto members = parse_etcd_members(talosctl_output("emulator/etcd-members.out"));
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 3U);
  EXPECT_EQ(members->at(0),
            (EtcdMemberRow{"127.0.88.11", "bd159000caf330c4", "cp-3", {"https://127.0.88.13:2380"}, false}));
}

TEST(EtcdMembers, OfTwoNodesStandInOneTable) {
  auto members = parse_etcd_members(talosctl_output("emulator/etcd-members-two-nodes.out"));
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 6U);
  EXPECT_EQ(members->at(5).node, "127.0.88.12");
  EXPECT_EQ(members->at(5).hostname, "cp-1");
}

TEST(EtcdMembers, MayHaveNoHostNameYet) {
  auto members = parse_etcd_members(
      "NODE       ID                 HOSTNAME   PEER URLS                                     CLIENT URLS   LEARNER\n"
      "10.0.0.2   5b77c2c83dc58866              https://10.0.0.3:2380,https://10.1.0.3:2380                 true\n");
  ASSERT_TRUE(members);
  EXPECT_EQ(
      members->at(0),
      (EtcdMemberRow{"10.0.0.2", "5b77c2c83dc58866", "", {"https://10.0.0.3:2380", "https://10.1.0.3:2380"}, true}));
}

TEST(EtcdMembers, AreRefusedWhenTheTableIsNotTheirs) {
  for (const char* file :
       {"emulator/etcd-status.out", "emulator/members-table.out", "errors/unknown-subcommand-exits-0.out"}) {
    EXPECT_FALSE(parse_etcd_members(talosctl_output(file))) << file;
  }
  EXPECT_FALSE(parse_etcd_members("")) << "no header means that no node was reached";
}

TEST(EtcdMembers, AreRefusedWithAnIdOrALearnerThatCannotBe) {
  const std::string header = "NODE   ID                 HOSTNAME   PEER URLS   CLIENT URLS   LEARNER\n";
  EXPECT_TRUE(parse_etcd_members(header + "n      5b77c2c83dc58866   cp         u           u             false\n"));
  EXPECT_FALSE(parse_etcd_members(header + "n      5b77c2c83dc58866   cp         u           u             maybe\n"));
  EXPECT_FALSE(parse_etcd_members(header + "n      5b77c2c83dc58866   cp         u           u\n"));
  EXPECT_FALSE(parse_etcd_members(header + "n      cp-1               cp         u           u             false\n"));
  EXPECT_FALSE(parse_etcd_members(header + "n 5b77c2c83dc58866 cp u u false\n"));
}

TEST(EtcdStatus, TellsTheLeaderAndEmptyErrors) {
  auto status = parse_etcd_status(talosctl_output("emulator/etcd-status.out"));
  ASSERT_TRUE(status);
  ASSERT_EQ(status->size(), 3U);
  EXPECT_EQ(status->at(2), (EtcdStatusRow{"127.0.88.13", "bd159000caf330c4", "da34ebb4d6680d1c", false, ""}));
}

TEST(EtcdStatus, KnowsAMemberWithoutLeaderAndKeepsItsErrors) {
  auto status = parse_etcd_status(
      "NODE   MEMBER             DB SIZE   IN USE            LEADER             RAFT INDEX   RAFT TERM   RAFT APPLIED "
      "INDEX   "
      "LEARNER   PROTOCOL   STORAGE   ERRORS\n"
      "a      da34ebb4d6680d1c   21 MB     6.3 MB (30.00%)   0000000000000000   78           2           78            "
      "       "
      "false     3.6.5      3.6.0     etcdserver: no leader\n");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at(0), (EtcdStatusRow{"a", "da34ebb4d6680d1c", "", false, "etcdserver: no leader"}));
}

TEST(EtcdAlarms, AreNoneWhenNothingIsPrinted) {
  EXPECT_EQ(parse_etcd_alarms(""), std::vector<EtcdAlarmRow>{});
  EXPECT_EQ(parse_etcd_alarms("NODE       MEMBER             ALARM\n10.0.0.2   da34ebb4d6680d1c   NOSPACE\n"),
            (std::vector<EtcdAlarmRow>{{"10.0.0.2", "da34ebb4d6680d1c", "NOSPACE"}}));
}

TEST(EtcdData, IsThereOnlyWithARow) {
  EXPECT_EQ(parse_etcd_data(talosctl_call("emulator/ls-etcd-present", 0)), Presence::present);
  EXPECT_EQ(parse_etcd_data(talosctl_call("emulator/ls-etcd-absent", 1)), Presence::absent);
}

TEST(EtcdData, IsUnknownAfterACallThatWasCutOff) {
  EXPECT_EQ(parse_etcd_data({0, "NODE   NAME\n", ""}), Presence::unknown);
  EXPECT_EQ(parse_etcd_data(
                {0, "NODE   NAME\n", "Signal received, aborting, press Ctrl+C once again to abort immediately..."}),
            Presence::unknown);
  EXPECT_EQ(parse_etcd_data({0, "", ""}), Presence::unknown);
}

TEST(EtcdData, IsUnknownWhenTheNodeWasNotReached) {
  EXPECT_EQ(parse_etcd_data(talosctl_call("errors/refused-ls", 1)), Presence::unknown);
  EXPECT_EQ(parse_etcd_data({1, "", "open x: no such file or directory"}), Presence::unknown);
}

TEST(TextTable, KeepsCellsApartByTheirPlace) {
  auto rows = parse_table(talosctl_output("emulator/maintenance-disks-table.out"), {"NODE", "ID", "SERIAL", "MODEL"});
  ASSERT_TRUE(rows);
  EXPECT_EQ(*rows, (TableRows{{"", "sda", "", "Virtual Disk"}}));
}

}  // namespace
}  // namespace tbx
