// The watch over the lab's log of calls sees what it is there to see.
#include "tests/support/lab_calls.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tbx::test {
namespace {

std::string call(const std::string& method, const std::string& node, const std::string& arguments = "{}") {
  return fmt::format(R"({{"node":"{}","method":"/machine.MachineService/{}","arguments":{},"code":"OK"}})", node,
                     method, arguments) +
         "\n";
}

const std::string snapshot = call("EtcdSnapshot", "ha-cp-01");
const std::string leave = call("EtcdLeaveCluster", "ha-cp-03");

TEST(LabCalls, OfACarefulDepartureAreFine) {
  EXPECT_EQ(complaints_about(snapshot + leave), "");
  EXPECT_EQ(complaints_about(snapshot + call("EtcdRemoveMemberByID", "ha-cp-01") + snapshot + leave), "");
}

TEST(LabCalls, ShowADepartureWithoutASnapshotOfItsOwn) {
  EXPECT_EQ(complaints_about(snapshot + leave + leave).substr(0, 49),
            "there was no snapshot before this departure: {\"no");
}

TEST(LabCalls, ShowTwoControlPlanesDownAtOnce) {
  const std::string upgrade = call("Upgrade", "ha-cp-01");
  const std::string reboot = call("ApplyConfiguration", "ha-cp-02", R"({"mode":"REBOOT"})");
  EXPECT_EQ(complaints_about(upgrade + call("EtcdStatus", "ha-cp-01") + reboot), "");
  EXPECT_NE(complaints_about(upgrade + reboot), "");
  EXPECT_EQ(complaints_about(upgrade + call("Reboot", "ha-worker-01")), "") << "workers hold no data of etcd";
}

TEST(LabCalls, ShowASecondBootstrap) {
  const std::string bootstrap = call("Bootstrap", "ha-cp-01", R"({"recover":"false"})");
  EXPECT_EQ(complaints_about(bootstrap), "");
  EXPECT_NE(complaints_about(bootstrap + bootstrap), "");
}

}  // namespace
}  // namespace tbx::test
