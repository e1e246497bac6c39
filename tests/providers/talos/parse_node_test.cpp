// Single resources of a machine, as talosctl 1.12.6 prints them.
#include "providers/talos/parse_node.h"

#include <gtest/gtest.h>

#include "providers/talos/talos_node.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

std::vector<TalosResource> resources(std::string_view file) {
  return parse_resources(talosctl_output("emulator/" + std::string(file) + ".out")).value();
}

TalosResource resource(std::string_view file) { return resources(file).at(0); }

TEST(TalosMachineStatus, IsReadInEachStage) {
  EXPECT_EQ(parse_machine_status(resource("machinestatus")), (MachineStatus{TalosStage::running, true, {}}));
  EXPECT_EQ(parse_machine_status(resource("maintenance-machinestatus")),
            (MachineStatus{TalosStage::maintenance, true, {}}));
  MachineStatus booting{TalosStage::booting,
                        false,
                        {"services: etcd not running", "nodeReady: node \"cp-1\" status is not available yet"}};
  EXPECT_EQ(parse_machine_status(resource("booting-machinestatus")), booting);
}

TEST(TalosMachineStatus, KnowsEveryStageAndRefusesAnotherWord) {
  TalosResource status = resource("machinestatus");
  for (const char* stage : {"unknown", "booting", "installing", "maintenance", "running", "rebooting", "shutting down",
                            "resetting", "upgrading"}) {
    status.spec["stage"] = stage;
    EXPECT_TRUE(parse_machine_status(status)) << stage;
  }
  status.spec["stage"] = "dancing";
  EXPECT_FALSE(parse_machine_status(status));
}

TEST(TalosNodeParsers, ReadHostNameVersionUuidAndType) {
  EXPECT_EQ(parse_hostname(resource("hostname")), "cp-1");
  EXPECT_EQ(parse_version_resource(resource("maintenance-version-resource")), "v1.12.6");
  EXPECT_EQ(parse_system_uuid(resource("maintenance-systeminformation")), "e3d7af85-c0d5-43b2-a099-be6ca8cef888");
  EXPECT_EQ(parse_machine_type(resource("machinetype")), Role::control_plane);
}

TEST(TalosNodeParsers, WriteUuidsInLowerCase) {
  TalosResource information = resource("maintenance-systeminformation");
  information.spec["uuid"] = "E3D7AF85-C0D5-43B2-A099-BE6CA8CEF888";
  EXPECT_EQ(parse_system_uuid(information), "e3d7af85-c0d5-43b2-a099-be6ca8cef888");
}

TEST(TalosNodeParsers, RefuseAResourceOfAnotherType) {
  EXPECT_FALSE(parse_machine_status(resource("hostname")));
  EXPECT_FALSE(parse_hostname(resource("machinestatus")));
  EXPECT_FALSE(parse_hostname(resource("machinetype")));
  EXPECT_FALSE(parse_machine_type(resource("hostname")));
  EXPECT_FALSE(parse_version_resource(resource("machinestatus")));
}

TEST(TalosNodeParsers, ReadAddressesWithoutTheirPrefix) {
  EXPECT_EQ(parse_node_addresses(resources("nodeaddresses"), "current"), (std::vector<std::string>{"127.0.88.11"}));
  EXPECT_FALSE(parse_node_addresses(resources("nodeaddresses"), "routed-no-k8s"));
}

TEST(TalosNodeParsers, TellTheCardFromTheLoopback) {
  EXPECT_EQ(parse_links(resources("maintenance-links")),
            (std::vector<TalosLink>{{"eth0", "00:15:5d:52:32:9e", true, true}, {"lo", "", false, true}}));
}

TEST(TalosNodeParsers, ReadServices) {
  EXPECT_EQ(parse_services(resources("service-etcd")), (std::vector<TalosService>{{"etcd", true, true}}));
}

TEST(TalosNodeParsers, CountAServiceOfUnknownHealthAsNotHealthy) {
  std::vector<TalosResource> services = resources("service-etcd");
  services.at(0).spec["unknown"] = true;
  EXPECT_FALSE(parse_services(services).at(0).healthy);
}

TEST(TalosNodeParsers, ReadTheMembersThatDiscoveryKnows) {
  auto members = parse_members(resources("members"));
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 4U);
  EXPECT_EQ(
      members->at(0),
      (DiscoveredMember{"cp-1", "e3d7af85c0d543b2a099be6ca8cef888", Role::control_plane, "v1.12.6", {"127.0.88.11"}}));
  EXPECT_EQ(members->at(3).role, Role::worker);
  EXPECT_EQ(parse_members({}), std::vector<DiscoveredMember>{});
}

TEST(TalosVersions, AreReadOneANode) {
  EXPECT_EQ(parse_versions(talosctl_output("emulator/version-json-two-nodes.out")),
            (std::vector<TalosVersion>{{"127.0.88.11", "v1.12.6", "amd64"}, {"127.0.88.21", "v1.12.6", "amd64"}}));
  EXPECT_FALSE(parse_versions(talosctl_output("emulator/version.out")));
  EXPECT_FALSE(parse_versions(R"({"metadata": {"hostname": "a"}, "version": {"tag": ""}})"));
}

TEST(TalosVersions, OfTheClientComeFromItsShortForm) {
  EXPECT_EQ(parse_client_version(talosctl_output("offline/version-client-short.out")), "v1.12.6");
  EXPECT_FALSE(parse_client_version(talosctl_output("offline/version-client.out")));
}

TEST(TalosBootId, IsAUuidAndNothingIsNone) {
  EXPECT_EQ(parse_boot_id("6f7f3b8e-0d55-4d33-a1b2-1f0e9d8c7b6a\n"), "6f7f3b8e-0d55-4d33-a1b2-1f0e9d8c7b6a");
  EXPECT_FALSE(parse_boot_id(""));
  EXPECT_FALSE(parse_boot_id("\n"));
}

TEST(TalosNodeMaking, PutsTheResourcesOfAMaintenanceMachineTogether) {
  std::vector<TalosResource> all;
  for (const char* file :
       {"maintenance-machinestatus", "maintenance-version-resource", "maintenance-systeminformation"}) {
    all.push_back(resource(file));
  }
  TalosNode node = make_talos_node(all);
  EXPECT_EQ(node.presence, Presence::present);
  EXPECT_EQ(node.stage, TalosStage::maintenance);
  EXPECT_FALSE(node.ready) << "Talos says ready in every stage but running and booting, without looking";
  EXPECT_EQ(node.version, "v1.12.6");
  EXPECT_EQ(node.uuid, "e3d7af85-c0d5-43b2-a099-be6ca8cef888");
  EXPECT_EQ(node.etcd_data, Presence::unknown);
}

TEST(TalosNodeMaking, LeavesAMachineWithoutStatusUnknown) {
  TalosNode node = make_talos_node(resources_of_node(resources("machinestatus"), "127.0.88.12"));
  EXPECT_EQ(node.presence, Presence::unknown);
  EXPECT_EQ(node.reason, "Talos gave no machine status");
}

}  // namespace
}  // namespace tbx
