// Each system's own rules, one at a time, in a world that was made by the real engine.
#include <gtest/gtest.h>

#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/ip.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;

struct Converged : SimLab {
  explicit Converged(int control_planes = 1, int workers = 1, std::string_view addons = "cilium, metallb, traefik")
      : SimLab(test::small_cluster(control_planes, workers, addons)) {
    EXPECT_EQ(converge().exit_code, ExitCode::done);
  }
  const SimCluster& cluster() const { return state().clusters.at("demo"); }
  std::string id(const std::string& node) const { return machine(node).id; }
};

TEST(SimRules, ADiskSurvivesItsVm) {
  Converged lab;
  ASSERT_TRUE(lab.apply(StopMachine{"demo-worker-01", lab.id("demo-worker-01")}));
  ASSERT_TRUE(lab.apply(DeleteMachine{"demo-worker-01", lab.id("demo-worker-01")}));
  Observed found = lab.look();
  EXPECT_EQ(found.host.machines.size(), 1U);
  ASSERT_EQ(found.host.disks.size(), 2U);
  EXPECT_TRUE(found.host.disks[1].attached_to.empty());
  EXPECT_TRUE(found.host.disks[1].was_booted);
}

TEST(SimRules, ARunningVmIsNeitherDeletedNorResized) {
  Converged lab;
  EXPECT_FALSE(lab.apply(DeleteMachine{"demo-worker-01", lab.id("demo-worker-01")}));
  EXPECT_FALSE(lab.apply(ResizeMachine{"demo-worker-01", lab.id("demo-worker-01"), 4, 4096}));
  EXPECT_FALSE(lab.apply(DeleteDisk{"demo-worker-01", lab.look().host.disks[1].path}));
}

TEST(SimRules, NamesOfVmsAreNotUnique) {
  Converged lab;
  lab.world("foreign-machine demo-worker-01");
  EXPECT_EQ(machines_named(lab.state(), "demo-worker-01").size(), 2U);
  EXPECT_TRUE(lab.plan().actions.empty());
}

TEST(SimRules, ADiskInTheWayIsNotOverwritten) {
  SimLab lab(test::small_cluster(1, 1));
  lab.world("leave-disk demo-worker-01 --foreign");
  Mark mark;
  mark.cluster = "demo";
  mark.node = "demo-worker-01";
  Status status = lab.apply(CreateDisk{"demo-worker-01", 20, mark});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().detail.find("0x80070050"), std::string::npos);
}

TEST(SimRules, ARestartIsANewBoot) {
  Converged lab;
  std::string before = lab.machine("demo-worker-01").guest.boot_id;
  lab.world("power-off demo-worker-01");
  lab.world("power-on demo-worker-01");
  lab.go_on(60);
  EXPECT_NE(lab.machine("demo-worker-01").guest.boot_id, before);
}

TEST(SimRules, BootstrapNeedsAConfiguredControlPlaneAndIsDoneOnlyOnce) {
  Converged lab;
  int before = lab.cluster().facts.bootstraps;
  EXPECT_TRUE(lab.apply(BootstrapEtcd{"demo-cp-01"}));
  EXPECT_EQ(lab.cluster().facts.bootstraps, before);
  Status status = lab.apply(BootstrapEtcd{"demo-worker-01"});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().detail.find("FailedPrecondition"), std::string::npos);
}

TEST(SimRules, ControlPlanesJoinAsLearnersOneAtATime) {
  Converged lab(3, 0, "cilium");
  EXPECT_EQ(lab.cluster().members.size(), 3U);
  EXPECT_EQ(voters_of(lab.state(), "demo", 1).healthy, 3);
  EXPECT_TRUE(lab.checkers.violations().empty());
}

TEST(SimRules, EtcdWithoutQuorumTakesTheApiWithIt) {
  Converged lab(3, 1, "cilium");
  lab.world("power-off demo-cp-01");
  lab.go_on(1);
  EXPECT_TRUE(api_answers(lab.state(), "demo"));
  EXPECT_EQ(lab.look().etcd.members.size(), 3U);
  lab.world("power-off demo-cp-02");
  EXPECT_FALSE(api_answers(lab.state(), "demo"));
  Observed found = lab.look();
  EXPECT_EQ(found.etcd.presence, Presence::present);
  EXPECT_FALSE(found.etcd.has_leader);
  ASSERT_EQ(found.etcd.members.size(), 1U);
  EXPECT_EQ(found.etcd.members[0].node, "demo-cp-03");
  EXPECT_EQ(found.kubernetes.presence, Presence::unknown);
  EXPECT_NE(found.kubernetes.reason.find("demo-cp-01 is off"), std::string::npos);
}

TEST(SimRules, ASilentKubeletIsNotReadyAfterFortySeconds) {
  Converged lab;
  lab.world("power-off demo-worker-01");
  lab.go_on(39);
  EXPECT_GT(lab.cluster().nodes.at("demo-worker-01").ready_since, 0);
  lab.go_on(2);
  EXPECT_EQ(lab.cluster().nodes.at("demo-worker-01").ready_since, 0);
}

TEST(SimRules, ADeletedNodeComesBackOnlyWithItsKubelet) {
  Converged lab;
  lab.world("delete-node demo-worker-01");
  lab.go_on(1000);
  EXPECT_FALSE(lab.cluster().nodes.contains("demo-worker-01"));
  ASSERT_TRUE(lab.apply(RestartKubelet{"demo-worker-01"}));
  ASSERT_TRUE(lab.apply(AwaitNode{"demo-worker-01"}));
}

TEST(SimRules, NodesAreReadyOnlyWithTheirNetwork) {
  Converged lab;
  lab.world("uninstall cilium");
  lab.world("power-off demo-worker-01");
  lab.world("power-on demo-worker-01");
  lab.go_on(500);
  Status status = lab.apply(AwaitNode{"demo-worker-01"});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("no network plugin is installed"), std::string::npos);
}

TEST(SimRules, DaemonsWithoutThePrivilegedLabelAreRefused) {
  Converged lab;
  ASSERT_TRUE(lab.apply(ApplyNamespace{"metallb-system", false}));
  Observed found = lab.look();
  ASSERT_EQ(found.helm.releases[1].name, "metallb");
  ASSERT_FALSE(found.helm.releases[1].not_ready.empty());
  EXPECT_EQ(found.helm.releases[1].not_ready[0],
            "DaemonSet metallb-system/metallb-speaker: 0 of 2 ready: refused by Pod Security");
}

TEST(SimRules, PodsNeedANodeThatTakesThem) {
  Converged lab;
  ASSERT_TRUE(lab.apply(DrainNode{"demo-worker-01"}));
  lab.go_on(100);
  EXPECT_FALSE(not_ready(lab.state(), lab.cluster(), lab.cluster().releases.at("traefik")).empty());
  ASSERT_TRUE(lab.apply(UncordonNode{"demo-worker-01"}));
  lab.go_on(100);
  EXPECT_TRUE(not_ready(lab.state(), lab.cluster(), lab.cluster().releases.at("traefik")).empty());
}

TEST(SimRules, ThePoolNeedsMetalLbsWebhook) {
  SimLab lab(test::small_cluster(1, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  Status status = lab.apply(ApplyAddressPool{"metallb", ""});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::busy);
}

TEST(SimRules, NewAddressesMoveTheDhcpSideAndNotTheNodes) {
  Converged lab;
  std::string node_address = lab.cluster().nodes.at("demo-worker-01").internal_address;
  std::string before = lab.machine("demo-worker-01").guest.address;
  lab.world("readdress");
  EXPECT_NE(lab.machine("demo-worker-01").guest.address, before);
  EXPECT_TRUE(contains(*parse_ipv4_network(lab.state().host.subnet),
                       *parse_ipv4_address(lab.machine("demo-worker-01").guest.address)));
  EXPECT_EQ(lab.cluster().nodes.at("demo-worker-01").internal_address, node_address);
  EXPECT_TRUE(api_answers(lab.state(), "demo"));
}

TEST(SimRules, WithoutNodeAddressesAMoveOfAllTakesTheQuorum) {
  ClusterSpec spec = test::small_cluster(3, 0, "cilium");
  spec.network.node_subnet = "none";
  SimLab lab(spec);
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("readdress");
  EXPECT_FALSE(has_quorum(lab.state(), "demo"));
  EXPECT_FALSE(lab.look().etcd.has_leader);
}

TEST(SimRules, HelmKeepsItsStates) {
  Converged lab;
  EXPECT_TRUE(lab.apply(InstallRelease{"traefik"}));
  lab.world("edit-release traefik deployment.replicas=3");
  Status install = lab.apply(InstallRelease{"traefik"});
  ASSERT_FALSE(install);
  EXPECT_EQ(install.error().detail, "Error: INSTALLATION FAILED: cannot reuse a name that is still in use");
  ASSERT_TRUE(lab.apply(UpgradeRelease{"traefik"}));
  EXPECT_EQ(lab.cluster().releases.at("traefik").revision, 3);
  ASSERT_TRUE(lab.apply(UninstallRelease{"traefik", "traefik"}));
  EXPECT_TRUE(lab.apply(UninstallRelease{"traefik", "traefik"}));
  Status upgrade = lab.apply(UpgradeRelease{"traefik"});
  ASSERT_FALSE(upgrade);
  EXPECT_NE(upgrade.error().detail.find("has no deployed releases"), std::string::npos);
}

TEST(SimRules, AKilledInstallLeavesALockThatUnlockTakesAway) {
  SimLab lab(test::small_cluster(1, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  ASSERT_TRUE(lab.apply(UninstallRelease{"cilium", "kube-system"}));
  Observed found = lab.look();
  Setting setting{lab.spec, found, lab.simulation.credentials()};
  ASSERT_TRUE(lab.simulation.leave_half(InstallRelease{"cilium"}, setting));
  Status locked = lab.apply(UpgradeRelease{"cilium"});
  ASSERT_FALSE(locked);
  EXPECT_EQ(lab.look().helm.releases[0].status, "pending-install");
  ASSERT_TRUE(lab.apply(UnlockRelease{"cilium", "pending-install"}));
  EXPECT_TRUE(lab.apply(InstallRelease{"cilium"}));
}

TEST(SimRules, NoSecretLiesInTheWorld) {
  ClusterSpec spec = test::small_cluster(1, 1, "cilium, monitoring");
  SimLab lab(spec, {.in_file = true});
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  const std::string& values = lab.state().clusters.at("demo").releases.at("monitoring").values;
  EXPECT_NE(values.find("\"adminPassword\":\"secret:"), std::string::npos) << values;
}

}  // namespace
}  // namespace tbx::sim
