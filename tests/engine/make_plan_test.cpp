// What is planned for which difference: each test spoils one thing of a converged world, or edits one thing of the
// file.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/plan.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using test::converged_world;
using test::empty_host;
using test::small_cluster;
using test::spec_from;

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> result;
  std::ranges::transform(plan.actions, std::back_inserter(result),
                         [](const Action& action) { return id_of(action.op); });
  std::ranges::sort(result);
  return result;
}

using Ids = std::vector<std::string>;

const Action& action(const Plan& plan, std::string_view id) {
  auto place = std::ranges::find_if(plan.actions, [&](const Action& value) { return id_of(value.op) == id; });
  static const Action none{};
  EXPECT_NE(place, plan.actions.end()) << "no action " << id;
  return place == plan.actions.end() ? none : *place;
}

bool runs_before(const Plan& plan, std::string_view first, std::string_view second) {
  auto index = [&](std::string_view id) {
    return std::ranges::find_if(plan.actions, [&](const Action& value) { return id_of(value.op) == id; }) -
           plan.actions.begin();
  };
  std::vector<bool> reached(plan.actions.size());
  reached[static_cast<std::size_t>(index(first))] = true;
  for (const Dependency& edge : plan.dependencies) {
    reached[edge.after] = reached[edge.after] || reached[edge.before];
  }
  return reached[static_cast<std::size_t>(index(second))];
}

constexpr const char* full_cluster = R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: demo}
spec:
  workers: {count: 1}
  addons: [cilium, metallb, traefik, monitoring]
  routes: {grafana.talos.local: grafana}
)";

TEST(MakePlan, IsEmptyForAConvergedWorld) {
  ClusterSpec spec = spec_from(full_cluster);
  Plan plan = make_plan(spec, converged_world(spec));
  EXPECT_EQ(ids(plan), Ids{});
  EXPECT_TRUE(plan.converged());
}

TEST(MakePlan, GivesTheSamePlanForTheSameInput) {
  ClusterSpec spec = spec_from(full_cluster);
  EXPECT_EQ(make_plan(spec, empty_host()), make_plan(spec, empty_host()));
}

TEST(MakePlan, OrdersAddonsWithoutAnyDependencyInTheFile) {
  Plan plan = make_plan(spec_from(full_cluster), empty_host());
  EXPECT_TRUE(runs_before(plan, "install-release/cilium", "await-node/demo-worker-01"));
  EXPECT_TRUE(runs_before(plan, "await-node/demo-worker-01", "install-release/metallb"));
  EXPECT_TRUE(runs_before(plan, "apply-address-pool/metallb", "await-release/traefik"));
  EXPECT_TRUE(runs_before(plan, "apply-namespace/monitoring", "install-release/monitoring"));
  EXPECT_TRUE(runs_before(plan, "write-hosts/demo", "await-route/grafana.talos.local"));
}

TEST(MakePlan, JoinsControlPlanesOneAtATime) {
  Plan plan = make_plan(small_cluster(3, 0), empty_host());
  EXPECT_TRUE(runs_before(plan, "await-etcd-member/demo-cp-01", "apply-config/demo-cp-02"));
  EXPECT_TRUE(runs_before(plan, "await-etcd-member/demo-cp-02", "apply-config/demo-cp-03"));
  EXPECT_EQ(action(plan, "await-etcd-member/demo-cp-02").reason,
            "demo-cp-02 is not a member of etcd yet; 1 -> 2 members, tolerates 0 failures");
  EXPECT_EQ(action(plan, "await-etcd-member/demo-cp-03").reason,
            "demo-cp-03 is not a member of etcd yet; 2 -> 3 members, tolerates 1 failure");
  EXPECT_EQ(std::ranges::count_if(plan.actions,
                                  [](const Action& value) { return std::holds_alternative<BootstrapEtcd>(value.op); }),
            1);
}

TEST(MakePlan, StartsAMachineThatIsOffAndWaitsForItsNode) {
  ClusterSpec spec = small_cluster(1, 1, "cilium");
  Observed found = converged_world(spec);
  test::machine_named(found, "demo-worker-01").power = Power::off;
  found.talos["demo-worker-01"] = {};
  found.talos["demo-worker-01"].presence = Presence::absent;
  test::node_named(found, "demo-worker-01").ready = false;
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(ids(plan), (Ids{"await-address/demo-worker-01", "await-node/demo-worker-01", "await-talos/demo-worker-01",
                            "start-machine/demo-worker-01"}));
  EXPECT_TRUE(plan.complete());
}

TEST(MakePlan, DrainsStopsResizesAndStartsAMachineWithOtherCpus) {
  ClusterSpec spec = small_cluster(1, 2, "cilium");
  Observed found = converged_world(spec);
  test::machine_named(found, "demo-worker-01").cpu_count = 4;
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(ids(plan),
            (Ids{"await-address/demo-worker-01", "await-node/demo-worker-01", "await-talos/demo-worker-01",
                 "drain-node/demo-worker-01", "resize-machine/demo-worker-01", "start-machine/demo-worker-01",
                 "stop-machine/demo-worker-01", "uncordon-node/demo-worker-01"}));
  EXPECT_EQ(action(plan, "resize-machine/demo-worker-01").changes, (std::vector<Change>{{"cpus", "4", "2"}}));
}

TEST(MakePlan, ResizesTheNodesOfAPoolOneAfterAnother) {
  ClusterSpec spec = small_cluster(1, 2, "cilium");
  Observed found = converged_world(spec);
  test::machine_named(found, "demo-worker-01").cpu_count = 4;
  test::machine_named(found, "demo-worker-02").cpu_count = 4;
  EXPECT_TRUE(runs_before(make_plan(spec, found), "await-node/demo-worker-01", "drain-node/demo-worker-02"));
}

TEST(MakePlan, MakesADeletedWorkerAnew) {
  ClusterSpec spec = small_cluster(1, 1, "cilium");
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-worker-01", true);
  Plan plan = make_plan(spec, found);
  EXPECT_TRUE(runs_before(plan, "delete-node/demo-worker-01", "create-machine/demo-worker-01"));
  const auto& create = std::get<CreateMachine>(action(plan, "create-machine/demo-worker-01").op);
  EXPECT_EQ(create.mark.bootstrap, BootstrapMark::bootstrapped);
}

TEST(MakePlan, ReplacesAWorkersOrphanedDiskAndSaysThatDataGoes) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-worker-01", false);
  Plan plan = make_plan(spec, found);
  EXPECT_TRUE(runs_before(plan, "delete-disk/demo-worker-01", "create-disk/demo-worker-01"));
  EXPECT_EQ(action(plan, "delete-disk/demo-worker-01").impact, Impact::data_loss);
}

TEST(MakePlan, MakesTheOnlyControlPlanesMachineAgainAroundItsDisk) {
  ClusterSpec spec = small_cluster(1, 0);
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-cp-01", false);
  found.etcd = {Presence::unknown, "no control plane answers", true, false, {}, {}};
  found.kubernetes = {};
  found.helm = {};
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(ids(plan),
            (Ids{"await-address/demo-cp-01", "await-api/demo", "await-etcd-member/demo-cp-01", "await-node/demo-cp-01",
                 "await-talos/demo-cp-01", "create-machine/demo-cp-01", "start-machine/demo-cp-01"}));
  EXPECT_FALSE(plan.complete());
}

TEST(MakePlan, RefusesToBootstrapAgainWhenTheOnlyMembersDataIsGone) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-cp-01", true);
  found.etcd = {Presence::absent, "", true, false, {}, {}};
  found.kubernetes = {Presence::absent, "", "", {}, {}, "", "", {}};
  found.helm = {Presence::absent, "", {}};
  Plan plan = make_plan(spec, found);
  ASSERT_FALSE(plan.refused.empty());
  EXPECT_EQ(plan.refused.front().rule, "etcd-lost");
  Ids planned = ids(plan);
  EXPECT_FALSE(std::ranges::binary_search(planned, "bootstrap-etcd/demo-cp-01"));
  EXPECT_TRUE(std::ranges::binary_search(planned, "create-machine/demo-cp-01"));
}

TEST(MakePlan, TouchesNoMachineOfTheSameNameThatItDidNotMake) {
  ClusterSpec spec = small_cluster(1, 0);
  Observed found = empty_host();
  Machine foreign;
  foreign.name = "demo-cp-01";
  foreign.id = "foreign";
  found.host.machines.push_back(foreign);
  Plan plan = make_plan(spec, found);
  ASSERT_EQ(plan.refused.front().rule, "not-ours");
  EXPECT_NE(plan.refused.front().reason.find("foreign"), std::string::npos);
  EXPECT_FALSE(plan.blocked.empty());
}

TEST(MakePlan, RefusesAForeignDiskInTheWayWithTheCommandThatMendsIt) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  test::lose_machine(found, "demo-worker-01", false);
  test::disk_named(found, "demo-worker-01").mark = {};
  Plan plan = make_plan(spec, found);
  ASSERT_EQ(plan.refused.size(), 1U);
  EXPECT_EQ(plan.refused.front().rule, "not-ours");
  EXPECT_NE(plan.refused.front().reason.find("Remove-Item -LiteralPath 'C:\\vms"), std::string::npos);
}

TEST(MakePlan, PlansNothingAtAllWhileTheHostIsUnknown) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  found.host = {};
  found.host.reason = "hyperv is hidden";
  Plan plan = make_plan(spec, found);
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_EQ(plan.unknown.front(), (Unknown{System::hyperv, "hyperv is hidden"}));
}

TEST(MakePlan, TakesNothingOfKubernetesForAbsentWhileItIsUnknown) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  found.kubernetes = {};
  found.kubernetes.reason = "kubernetes is hidden";
  EXPECT_EQ(ids(make_plan(spec, found)), Ids{"await-api/demo"});
}

TEST(MakePlan, StopsNoWorkerForAnotherSizeWhileKubernetesIsUnknown) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  found.kubernetes = {};
  test::machine_named(found, "demo-worker-01").cpu_count = 4;
  EXPECT_EQ(ids(make_plan(spec, found)), Ids{"await-api/demo"});
}

TEST(MakePlan, MakesNoNewSecretsForALivingCluster) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  found.credentials = {Presence::absent, "", Presence::absent, {}, Presence::absent, ""};
  Plan plan = make_plan(spec, found);
  ASSERT_FALSE(plan.refused.empty());
  EXPECT_EQ(plan.refused.front().rule, "secrets-lost");
}

TEST(MakePlan, RemovesAWorkerInTheOrderThatKeepsTheClusterAlive) {
  ClusterSpec two = small_cluster(1, 2, "cilium");
  Observed found = converged_world(two);
  Plan plan = make_plan(small_cluster(1, 1, "cilium"), found);
  EXPECT_EQ(ids(plan), (Ids{"delete-disk/demo-worker-02", "delete-machine/demo-worker-02", "delete-node/demo-worker-02",
                            "drain-node/demo-worker-02", "stop-machine/demo-worker-02"}));
  EXPECT_TRUE(runs_before(plan, "drain-node/demo-worker-02", "stop-machine/demo-worker-02"));
  EXPECT_TRUE(runs_before(plan, "delete-node/demo-worker-02", "delete-machine/demo-worker-02"));
  EXPECT_TRUE(runs_before(plan, "delete-machine/demo-worker-02", "delete-disk/demo-worker-02"));
}

TEST(MakePlan, NeverRemovesAProtectedNodeAndDoesNotDrainItEither) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(small_cluster(1, 2));
  spec.protected_nodes = {"demo-worker-02"};
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(ids(plan), Ids{});
  EXPECT_EQ(plan.refused.front().rule, "protected");
}

TEST(MakePlan, RegistersADeletedNodeAgainByItsKubelet) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  std::erase_if(found.kubernetes.nodes, [](const KubernetesNode& node) { return node.name == "demo-worker-01"; });
  EXPECT_EQ(ids(make_plan(spec, found)), (Ids{"await-node/demo-worker-01", "restart-kubelet/demo-worker-01"}));
}

TEST(MakePlan, UpgradesAReleaseOnlyForTheValueThatDiffers) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  std::ranges::find(found.helm.releases, "cilium", &Release::name)->values = R"({"operator":{"replicas":2}})";
  Plan plan = make_plan(spec, found);
  std::vector<Change> changes = action(plan, "upgrade-release/cilium").changes;
  EXPECT_TRUE(std::ranges::count(changes, Change{"values.operator.replicas", "2", "1"}));
}

TEST(MakePlan, MendsReachPoolAndHostsFileWhenTheSwitchMoves) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  found.host.switch_subnet = "172.30.0.0/20";
  found.host.switch_gateway = "172.30.0.1";
  test::machine_named(found, "demo-cp-01").dhcp_address = "172.30.1.1";
  test::machine_named(found, "demo-worker-01").dhcp_address = "172.30.1.2";
  found.access.probes.front().answers = false;
  EXPECT_EQ(ids(make_plan(spec, found)), (Ids{"apply-address-pool/metallb", "await-route/grafana.talos.local",
                                              "write-hosts/demo", "write-kubeconfig/demo", "write-talosconfig/demo"}));
}

TEST(MakePlan, LeavesTheTalosconfigAsItIsWhileNobodyCanReadTheMembers) {
  Observed found = converged_world(small_cluster(3, 1));
  for (auto& [node, talos] : found.talos) talos = TalosNode();
  found.etcd = EtcdState();
  EXPECT_EQ(std::ranges::count(ids(make_plan(small_cluster(1, 1), found)), "write-talosconfig/demo"), 0);
}

TEST(MakePlan, RenewsCredentialsBeforeTheirCertificatesEnd) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  found.credentials.talosconfig_expires_soon = true;
  found.credentials.kubeconfig_expires_soon = true;
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(ids(plan), (Ids{"write-kubeconfig/demo", "write-talosconfig/demo"}));
  EXPECT_EQ(action(plan, "write-kubeconfig/demo").reason, "the certificate in the kubeconfig is near its end");
}

TEST(MakePlan, BringsBackADefinitionThatNoUpgradeWould) {
  ClusterSpec spec = small_cluster(1, 1, "cilium, metallb, traefik");
  Observed found = converged_world(spec);
  std::ranges::find(found.helm.releases, "traefik", &Release::name)->live_drift = {
      {std::string(absent_definition) + "IngressRoute (traefik.io/v1alpha1)", "\"absent\"", "\"present\""}};
  Plan plan = make_plan(spec, found);
  EXPECT_TRUE(runs_before(plan, "apply-custom-resource-definitions/traefik", "upgrade-release/traefik"));
}

TEST(MakePlan, UnlocksAReleaseThatAKilledHelmLeftPending) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  auto release = std::ranges::find(found.helm.releases, "traefik", &Release::name);
  release->status = "pending-install";
  release->ready = Presence::absent;
  Plan plan = make_plan(spec, found);
  EXPECT_TRUE(runs_before(plan, "unlock-release/traefik", "install-release/traefik"));
}

TEST(MakePlan, UninstallsWhatStandsOnARemovedAddonFirst) {
  Observed found = converged_world(small_cluster(1, 1, "cilium, metallb, traefik"));
  Plan plan = make_plan(small_cluster(1, 1, "cilium"), found);
  EXPECT_TRUE(runs_before(plan, "uninstall-release/traefik", "uninstall-release/metallb"));
}

TEST(MakePlan, NeverTakesTheNetworkAwayFromALivingCluster) {
  Observed found = converged_world(small_cluster(1, 1, "cilium"));
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_EQ(ids(plan), Ids{});
  EXPECT_EQ(id_of(plan.refused.front().op), "uninstall-release/cilium");
}

struct LivingWish {
  const char* key;
  const char* rule;
};

class WishAboutALivingCluster : public testing::TestWithParam<LivingWish> {};

TEST_P(WishAboutALivingCluster, ThatNothingCanFulfilIsRefusedAndNotPassedOver) {
  Observed found = converged_world(small_cluster(1, 0, "cilium"));
  found.kubernetes.version = "v1.35.0";
  ClusterSpec wanted = spec_from(std::string("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\nspec:\n  ") +
                                 GetParam().key + "\n  addons: [cilium]\n");
  Plan plan = make_plan(wanted, found);
  EXPECT_EQ(ids(plan), Ids{});
  ASSERT_EQ(plan.refused.size(), 1U);
  EXPECT_EQ(plan.refused.front().rule, GetParam().rule);
}

INSTANTIATE_TEST_SUITE_P(Each, WishAboutALivingCluster,
                         testing::Values(LivingWish{"talos: {version: v1.11.2}\n  kubernetes: {version: v1.34.1}",
                                                    "downgrade"},
                                         LivingWish{"kubernetes: {version: v1.34.1}", "downgrade"},
                                         LivingWish{"hyperv: {switch: Lab}", "no-change-yet"},
                                         LivingWish{"network: {podSubnet: 10.200.0.0/16}", "network-subnets"},
                                         LivingWish{"network: {nodeSubnet: 10.78.0.0/24}", "node-subnet"},
                                         LivingWish{"controlPlane: {disk: 10Gi}", "disk-shrink"}));

TEST(MakePlan, LeavesAReleaseOfSomebodyElseAlone) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  std::ranges::find(found.helm.releases, "traefik", &Release::name)->ours = false;
  std::ranges::find(found.helm.releases, "traefik", &Release::name)->values = "{}";
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(plan.refused.front().rule, "not-ours");
}

TEST(MakePlan, GoesOnWithAMachineThatWasMadeOnlyHalf) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  Machine& machine = found.host.machines.back();
  machine.mark.bios_guid.clear();
  machine.power = Power::off;
  machine.dhcp_address.clear();
  found.host.disks.back().was_booted = false;
  found.talos[machine.name] = {};
  found.kubernetes.nodes.pop_back();
  const Plan plan = make_plan(spec, found);
  EXPECT_TRUE(runs_before(plan, "create-machine/" + machine.name, "start-machine/" + machine.name));
  EXPECT_EQ(std::ranges::count(ids(plan), "create-disk/" + machine.name), 0);
}

TEST(MakePlan, MakesNoMachineWithAMacThatAnotherVmHas) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  Machine foreign;
  foreign.name = "somebody-s";
  foreign.id = "another";
  foreign.mac = found.host.machines.back().mac;
  found.host.machines.back() = foreign;
  found.host.disks.pop_back();
  const Plan plan = make_plan(spec, found);
  EXPECT_EQ(plan.refused.front().rule, "address-taken");
  EXPECT_NE(plan.refused.front().reason.find("somebody-s"), std::string::npos);
}

TEST(MakePlan, SaysFirstThatOnlyAnAdministratorGrowsADisk) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  spec.nodes.back().disk_gib *= 2;
  found.host.administrator = Presence::present;
  EXPECT_TRUE(make_plan(spec, found).refused.empty());
  found.host.administrator = Presence::absent;
  EXPECT_EQ(make_plan(spec, found).refused.front().rule, "needs-administrator");
}

TEST(MakeDestroyPlan, TakesEverythingOfOursAndNothingElse) {
  ClusterSpec spec = spec_from(full_cluster);
  Observed found = converged_world(spec);
  Machine foreign;
  foreign.name = "other";
  foreign.id = "other";
  found.host.machines.push_back(foreign);
  found.kubernetes = {};
  found.talos_presence = Presence::unknown;
  Plan plan = make_destroy_plan(spec, found);
  EXPECT_EQ(ids(plan), (Ids{"delete-disk/demo-cp-01", "delete-disk/demo-worker-01", "delete-machine/demo-cp-01",
                            "delete-machine/demo-worker-01", "remove-credentials/demo", "stop-machine/demo-cp-01",
                            "stop-machine/demo-worker-01", "write-hosts/demo"}));
  EXPECT_TRUE(runs_before(plan, "delete-disk/demo-cp-01", "remove-credentials/demo"));
  EXPECT_TRUE(runs_before(plan, "write-hosts/demo", "remove-credentials/demo")) << "they say whose lines are ours";
}

TEST(MakeDestroyPlan, IsRefusedWhenNoSecretsTellWhichOfTwoClustersOfOneNameIsMeant) {
  ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  found.host.machines.back().mark.cluster_id = found.host.disks.back().mark.cluster_id = "another";
  EXPECT_TRUE(make_destroy_plan(spec, found).refused.empty()) << "the secrets tell";
  found.credentials = {};
  Plan plan = make_destroy_plan(spec, found);
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_EQ(plan.refused.front().rule, "not-ours");
}

TEST(MakeDestroyPlan, IsRefusedWhileTheFileProtects) {
  ClusterSpec spec = small_cluster(1, 1);
  spec.is_protected = true;
  Plan plan = make_destroy_plan(spec, converged_world(spec));
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_EQ(plan.refused.front().rule, "protected");
}

}  // namespace
}  // namespace tbx
