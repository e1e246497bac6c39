// Hyper-V as the user has it: tbx's own scripts, run by a PowerShell engine against a host that keeps state. Talos,
// Kubernetes and Helm are simulated.
#include "tests/support/hosted_cluster.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;

class OnAHost : public HostedCluster {};

TEST_F(OnAHost, GoesFromNothingToAnEmptyPlanAndBack) {
  tbx(2, "plan cluster.yaml --detailed-exitcode");
  converge();
  const nlohmann::json found = host_seen();
  ASSERT_EQ(found.at("machines").size(), 2U);
  for (const auto& machine : found.at("machines")) {
    EXPECT_EQ(machine.at("power"), "running");
    EXPECT_EQ(machine.at("mark").at("bootstrap"), "bootstrapped");
    EXPECT_EQ(machine.at("mark").at("bios_guid"), machine.at("bios_guid"));
    EXPECT_EQ(machine.at("mark").at("mac"), machine.at("mac"));
  }
  EXPECT_TRUE(fs::exists(host().drive() / "vm/tbx/lab/lab-cp-01/lab-cp-01.vhdx"));
  tbx(0, "destroy cluster.yaml --yes");
  EXPECT_EQ(host().control({"show"}).find("machine lab-"), std::string::npos);
  EXPECT_FALSE(fs::exists(host().drive() / "vm/tbx/lab")) << "nothing is left over";
}

TEST_F(OnAHost, KeepsItsOwnRulesWhoeverTheUserIs) {
  for (const char* role : {"Administrator", "HyperVAdministrators", ""}) {
    host().reset();
    host().set_environment({std::string("POSH_ROLES=") + role});
    EXPECT_TRUE(contains(host().selfcheck(), "ok")) << role;
  }
}

TEST_F(OnAHost, DeletesNoDiskThatACheckpointHangsOn) {
  converge();
  host().control({"checkpoint", "lab-worker-01"});
  EXPECT_TRUE(contains(tbx(1, "destroy cluster.yaml --yes").err, "checkpoint"));
  EXPECT_TRUE(fs::exists(host().drive() / "vm/tbx/lab/lab-worker-01/lab-worker-01.vhdx"));
}

TEST_F(OnAHost, DeletesNothingThatSomebodyPutBesideADisk) {
  converge();
  const fs::path folder = host().drive() / "vm/tbx/lab";
  fs::copy(folder / "lab-worker-01", folder / "lab-worker-01 - Copy", fs::copy_options::recursive);
  fs::copy(folder / "lab-worker-01/lab-worker-01.vhdx", folder / "lab-worker-01/data.vhdx");
  tbx(0, "plan cluster.yaml --detailed-exitcode");
  tbx(0, "destroy cluster.yaml --yes");
  EXPECT_TRUE(fs::exists(folder / "lab-worker-01 - Copy/lab-worker-01.vhdx"));
  EXPECT_TRUE(fs::exists(folder / "lab-worker-01/data.vhdx"));
  EXPECT_FALSE(fs::exists(folder / "lab-worker-01/lab-worker-01.vhdx"));
}

TEST_F(OnAHost, DestroysAClusterWhoseSecretsAreLost) {
  converge();
  fs::remove_all("_out");
  EXPECT_TRUE(contains(tbx(3, "plan cluster.yaml --detailed-exitcode").out, "tbx destroy"));
  EXPECT_TRUE(contains(tbx(0, "destroy cluster.yaml --yes").out, "it is known by the name lab alone."));
  EXPECT_FALSE(fs::exists(host().drive() / "vm/tbx/lab"));
  EXPECT_EQ(host().control({"show"}).find("machine lab-"), std::string::npos);
}

TEST_F(OnAHost, FindsNodesOnASwitchToANetworkWithItsOwnDhcp) {
  host().control({"quiet-switch", "LAN", StandInHost::own_loopback_address()});
  write("cluster.yaml", replaced(read("cluster.yaml"), "hyperv: {", "hyperv: {switch: LAN, "));
  converge();
}

TEST_F(OnAHost, LeavesDisksWhereTheyAreWhenTheFileNamesAnotherFolder) {
  converge();
  const std::string spec = read("cluster.yaml");
  write("cluster.yaml", replaced(spec, R"(path: 'C:\vm')", R"(path: 'C:\other')"));
  tbx(0, "plan cluster.yaml --detailed-exitcode");
  EXPECT_TRUE(contains(tbx(3, "destroy cluster.yaml --yes").err, "change hyperv.path back"));
  EXPECT_TRUE(fs::exists("_out/lab/secrets.yaml")) << "they tell whose the disks are";
  write("cluster.yaml", spec);
  tbx(0, "destroy cluster.yaml --yes");
  EXPECT_FALSE(fs::exists(host().drive() / "vm/tbx/lab"));
}

TEST_F(OnAHost, TakesAHostWhoseServiceIsStoppedForUnknown) {
  converge();
  host().control({"vmms-stopped"});
  EXPECT_TRUE(contains(tbx(4, "plan cluster.yaml --detailed-exitcode").out, "Start-Service vmms"));
  tbx(4, "destroy cluster.yaml --yes");
  host().control({"vmms-running"});
  tbx(0, "plan cluster.yaml --detailed-exitcode");
}

}  // namespace
}  // namespace tbx::test
