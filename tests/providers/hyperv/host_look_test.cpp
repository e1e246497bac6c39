// What the host told in one look, as facts.
#include "providers/hyperv/host_look.h"

#include <gtest/gtest.h>

#include "providers/hyperv/mark_text.h"

namespace tbx {
namespace {

using nlohmann::json;

Mark a_mark() {
  return {"demo",
          "0123456789abcdef",
          "demo-cp-01",
          "02:aa:bb:cc:dd:01",
          "9c1dadbc-0000-4000-8000-000000000001",
          "10.77.1.11",
          "10.77.1.0/24",
          BootstrapMark::bootstrapped};
}

json machine(const std::string& name, int state) {
  return {{"name", name},
          {"id", "AAAAAAAA-0000-4000-8000-000000000001"},
          {"guid", "{9C1DADBC-0000-4000-8000-000000000001}"},
          {"state", state},
          {"cpus", 2},
          {"memory", 4294967296},
          {"mac", "02AABBCCDD01"},
          {"switch", "Default Switch"},
          {"disks", json::array({"C:\\vm\\tbx\\demo\\demo-cp-01\\demo-cp-01.vhdx"})},
          {"mark", mark_text(a_mark())},
          {"addresses", json::array()}};
}

json neighbour(const std::string& address, const std::string& state, const std::string& mac = "02-AA-BB-CC-DD-01") {
  return {{"address", address}, {"mac", mac}, {"state", state}};
}

json answer(json machines, json neighbours = json::array()) {
  return {{"vmms", "Running"},
          {"hypervisor", true},
          {"arch", "amd64"},
          {"administrator", false},
          {"images", json::array({"v1.13.0-amd64", "v1.12.4-amd64"})},
          {"machines", std::move(machines)},
          {"disks", json::array()},
          {"neighbours", std::move(neighbours)},
          {"switch", {{"present", true}, {"address", "172.28.16.1"}, {"prefix", 20}}}};
}

TEST(HostLook, ReadsAMachineWithItsMarkAndItsAddressByMac) {
  const auto host =
      read_host(answer(json::array({machine("demo-cp-01", 2)}),
                       json::array({neighbour("172.28.20.1", "Stale"), neighbour("172.28.20.2", "Reachable"),
                                    neighbour("172.28.20.3", "Unreachable")})));
  ASSERT_TRUE(host) << host.error().message;
  ASSERT_EQ(host->machines.size(), 1U);
  const Machine& found = host->machines.front();
  EXPECT_EQ(found.id, "aaaaaaaa-0000-4000-8000-000000000001");
  EXPECT_EQ(found.bios_guid, "9c1dadbc-0000-4000-8000-000000000001");
  EXPECT_EQ(found.mac, "02:aa:bb:cc:dd:01");
  EXPECT_EQ(found.power, Power::running);
  EXPECT_EQ(found.memory_mib, 4096);
  EXPECT_EQ(found.dhcp_address, "172.28.20.2") << "that which answered last";
  EXPECT_EQ(found.mark, a_mark());
  EXPECT_EQ(host->administrator, Presence::absent);
  EXPECT_EQ(host->switch_subnet, "172.28.16.0/20");
  EXPECT_EQ(host->switch_gateway, "172.28.16.1");
  EXPECT_EQ(host->images, (std::vector<std::string>{"v1.12.4-amd64", "v1.13.0-amd64"}));
}

TEST(HostLook, KnowsAMachineThatWasMadeOnlyHalfByTheGuidThatItsMarkLacks) {
  json row = machine("demo-cp-01", 3);
  row["isHalfMade"] = true;
  EXPECT_EQ(read_host(answer(json::array({row})))->machines.front().mark.bios_guid, "");
}

TEST(HostLook, BelievesNoAddressOfAMachineThatIsOff) {
  const auto host =
      read_host(answer(json::array({machine("demo-cp-01", 3)}), json::array({neighbour("172.28.20.2", "Reachable")})));
  EXPECT_EQ(host->machines.front().power, Power::off);
  EXPECT_EQ(host->machines.front().dhcp_address, "");
}

TEST(HostLook, TakesWhatTheGuestToldWhereNoNeighbourIsKnown) {
  json row = machine("demo-cp-01", 2);
  row["addresses"] = json::array({"fe80::1", "172.28.20.9"});
  EXPECT_EQ(read_host(answer(json::array({row})))->machines.front().dhcp_address, "172.28.20.9");
}

TEST(HostLook, TakesNoAddressThatIsOfTheNodesAmongThemselvesOrThatNobodyGave) {
  json row = machine("demo-cp-01", 2);
  row["addresses"] = json::array({"10.77.1.11", "169.254.7.7", "172.28.20.9"});
  EXPECT_EQ(read_host(answer(json::array({row})))->machines.front().dhcp_address, "172.28.20.9");
  row["addresses"] = json::array();
  const json neighbours = json::array({neighbour("10.77.1.11", "Reachable"), neighbour("172.28.20.8", "Stale")});
  EXPECT_EQ(read_host(answer(json::array({row}), neighbours))->machines.front().dhcp_address, "172.28.20.8");
}

TEST(HostLook, TakesAStateOnItsWayForNeitherOnNorOff) {
  for (const int state : {4, 10, 32773, 1, 99}) {
    EXPECT_EQ(read_host(answer(json::array({machine("demo-cp-01", state)})))->machines.front().power,
              Power::transition);
  }
  EXPECT_EQ(read_host(answer(json::array({machine("demo-cp-01", 32784)})))->machines.front().power, Power::off);
}

TEST(HostLook, TellsDisksWithTheirHolderAndWhetherTheyWereBooted) {
  json found = answer(json::array({machine("demo-cp-01", 2)}));
  found["disks"] = json::array({{{"node", "demo-cp-01"},
                                 {"path", "C:\\VM\\tbx\\demo\\demo-cp-01\\demo-cp-01.vhdx"},
                                 {"size", 21474836480},
                                 {"mark", R"({"cluster": "demo", "node": "demo-cp-01", "was_booted": true})"}},
                                {{"node", "demo-worker-01"}, {"path", "C:\\VM\\x.vhdx"}, {"size", -1}, {"mark", ""}}});
  const auto host = read_host(found);
  ASSERT_EQ(host->disks.size(), 2U);
  EXPECT_EQ(host->disks[0].size_gib, 20);
  EXPECT_TRUE(host->disks[0].was_booted);
  EXPECT_EQ(host->disks[0].attached_to, host->machines.front().id) << "Windows' paths have no case";
  EXPECT_EQ(host->disks[1].mark, Mark{});
  EXPECT_EQ(host->disks[1].attached_to, "");
}

TEST(HostLook, HoldsAHostWithoutItsServiceForUnknownAndNotForEmpty) {
  json found = answer(json::array());
  found["hypervisor"] = false;
  EXPECT_NE(read_host(found).error().message.find("hypervisor does not run"), std::string::npos);
  found["vmms"] = "Stopped";
  const auto host = read_host(found);
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error().kind, ErrorKind::unreachable);
  EXPECT_NE(host.error().message.find("Start-Service vmms"), std::string::npos);
  EXPECT_EQ(read_host(json::array()).error().kind, ErrorKind::malformed_answer);
}

TEST(HostLook, KnowsWhoElseIsOnTheSwitch) {
  const auto host = read_host(
      answer(json::array({machine("demo-cp-01", 2)}),
             json::array({neighbour("172.28.20.2", "Reachable"), neighbour("172.28.30.7", "Stale", "00-15-5D-01-02-03"),
                          neighbour("192.168.1.5", "Reachable", "00-15-5D-01-02-04")})));
  EXPECT_EQ(host->neighbours, std::vector<std::string>{"172.28.30.7"});
}

TEST(MarkText, StaysAsOlderClustersHaveIt) {
  EXPECT_EQ(mark_text(a_mark()),
            R"({"bios_guid":"9c1dadbc-0000-4000-8000-000000000001","bootstrap":"bootstrapped","cluster":"demo",)"
            R"("cluster_id":"0123456789abcdef","mac":"02:aa:bb:cc:dd:01","node":"demo-cp-01",)"
            R"("node_address":"10.77.1.11","node_subnet":"10.77.1.0/24"})");
}

TEST(MarkText, IsReadAsItWasWritten) {
  EXPECT_EQ(read_mark(mark_text(a_mark())).mark, a_mark());
  EXPECT_FALSE(read_mark(mark_text(a_mark())).was_booted);
}

TEST(MarkText, OfSomebodyElseIsNone) {
  for (const char* notes : {"", "my VM", "{}", "[]", "{\"cluster\": 7}", R"({"cluster": "demo"})"}) {
    EXPECT_EQ(read_mark(notes).mark, Mark{}) << notes;
  }
}

TEST(NormalMac, IsOneForAllWaysOfWritingIt) {
  for (const char* text : {"00155D0A0B0C", "00-15-5D-0A-0B-0C", "00:15:5d:0a:0b:0c"}) {
    EXPECT_EQ(normal_mac(text), "00:15:5d:0a:0b:0c");
  }
  for (const char* text : {"", "000000000000", "00155D"}) EXPECT_EQ(normal_mac(text), "") << text;
}

}  // namespace
}  // namespace tbx
