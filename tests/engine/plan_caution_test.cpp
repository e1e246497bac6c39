// What a plan leaves alone: members, disks, VMs and Nodes that are somebody else's, protected, or not known well
// enough.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/plan.h"
#include "engine/policy.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"
#include "tests/support/plan_words.h"

namespace tbx {
namespace {

using test::can_start;
using test::converged_world;
using test::refused_in;
using test::refuses;
using test::small_cluster;
using test::startable_in;
using test::switch_off;
using test::waits_for;

using Ids = std::vector<std::string>;

EtcdMember& member_on(Observed& found, std::string_view node) {
  return *std::ranges::find(found.etcd.members, node, &EtcdMember::node);
}

ClusterSpec larger(ClusterSpec spec) {
  for (NodeSpec& node : spec.nodes) node.memory_mib = 8192;
  return spec;
}

TEST(PlanCaution, LeavesAMemberAloneThatAnswersAndIsNoMachineOfOurs) {
  Observed found = converged_world(small_cluster(3, 1));
  found.etcd.members.push_back({"00000000000000ff", "rack-1", true, false, false});
  EXPECT_EQ(startable_in(make_plan(small_cluster(3, 1), found)), Ids{});
  found.etcd.members.back().healthy = false;
  EXPECT_EQ(startable_in(make_plan(small_cluster(3, 1), found)), Ids{}) << "nor one that does not answer now";
  auto refusal = refuse(RemoveEtcdMember{"rack-1", "00000000000000ff"}, small_cluster(3, 1), found, PlanMode::converge);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, "not-ours");
}

TEST(PlanCaution, TouchesNoVmOfWhichThereIsACopyWithItsMark) {
  Observed found = converged_world(small_cluster(3, 1));
  Machine copy = test::machine_named(found, "demo-worker-01");
  copy.id = "another";
  found.host.machines.push_back(copy);
  std::ranges::sort(found.host.machines, {}, &Machine::name);
  const ClusterSpec smaller = small_cluster(3, 0);
  const auto refusal = refuse(StopMachine{"demo-worker-01", "another"}, smaller, found, PlanMode::converge);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, "identity");
  EXPECT_NE(refusal->reason.find("two VMs named demo-worker-01"), std::string::npos) << refusal->reason;
  EXPECT_TRUE(refuse(DeleteMachine{"demo-worker-01", "another"}, smaller, found, PlanMode::destroy));
  EXPECT_TRUE(refuse(DeleteNode{"demo-worker-01", ""}, small_cluster(3, 1), found, PlanMode::converge));
}

TEST(PlanCaution, GivesNoMachineTheMacOfACopyUnderAnotherName) {
  Observed found = converged_world(small_cluster(3, 1));
  test::machine_named(found, "demo-worker-01").name = "somebodys-copy";
  std::ranges::sort(found.host.machines, {}, &Machine::name);
  const Mark mark = test::disk_named(found, "demo-worker-01").mark;
  const auto refusal = refuse(CreateMachine{"demo-worker-01", 2, 4096, "Default Switch", "", mark}, small_cluster(3, 1),
                              found, PlanMode::converge);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, "address-taken");
}

TEST(PlanCaution, TakesNoMemberAwayWhoseVmHasLostItsMark) {
  Observed found = converged_world(small_cluster(3, 1));
  test::machine_named(found, "demo-cp-03").mark = {};
  test::disk_named(found, "demo-cp-03").mark = {};
  Plan plan = make_plan(small_cluster(3, 1), found);
  EXPECT_EQ(startable_in(plan), Ids{});
  EXPECT_EQ(refused_in(plan), Ids{"create-machine/demo-cp-03 not-ours"});
  member_on(found, "demo-cp-03").healthy = false;
  EXPECT_FALSE(can_start(make_plan(small_cluster(3, 1), found), "remove-etcd-member/demo-cp-03"));
}

TEST(PlanCaution, TakesAnOldMemberOfTheSameNameAwayAndCountsIt) {
  Observed found = converged_world(small_cluster(3, 1));
  found.etcd.members.insert(found.etcd.members.begin(), {"0000000000000000", "demo-cp-03", false, false, false});
  EXPECT_EQ(startable_in(make_plan(small_cluster(3, 1), found)),
            (Ids{"snapshot-etcd/demo-cp-03", "remove-etcd-member/demo-cp-03"}));
  auto refusal = refuse(StopMachine{"demo-cp-03", "vm-3"}, small_cluster(3, 1), found, PlanMode::converge);
  ASSERT_TRUE(refusal) << "3 of 4 are healthy, and 3 are needed";
  EXPECT_EQ(refusal->rule, "etcd-quorum");
}

TEST(PlanCaution, TakesNoMemberFromAMachineThatStaysBecauseItIsProtected) {
  Observed found = converged_world(small_cluster(3, 1));
  switch_off(found, "demo-cp-03");
  ClusterSpec spec = small_cluster(1, 1);
  spec.protected_nodes = {"demo-cp-03"};
  Plan plan = make_plan(spec, found);
  EXPECT_FALSE(can_start(plan, "remove-etcd-member/demo-cp-03"));
  EXPECT_TRUE(refuses(plan, "delete-machine/demo-cp-03 protected"));
}

TEST(PlanCaution, NeitherStopsNorRemovesAProtectedSickNodeOnRequest) {
  Observed found = converged_world(small_cluster(3, 1));
  member_on(found, "demo-cp-03").healthy = false;
  ClusterSpec spec = small_cluster(3, 1);
  spec.protected_nodes = {"demo-cp-03"};
  Plan plan = make_plan_replacing(spec, found, {{"demo-cp-03", "vm-3"}});
  EXPECT_EQ(startable_in(plan), Ids{"await-etcd-member/demo-cp-03"});
  auto refusal =
      refuse(RemoveEtcdMember{"demo-cp-03", member_on(found, "demo-cp-03").id}, spec, found, PlanMode::converge);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, "protected");
}

TEST(PlanCaution, KeepsTheNodesThatAProtectedPoolNoLongerCounts) {
  auto pool = [](const char* count) {
    return test::spec_from(std::string("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\n"
                                       "spec:\n  workers: {protect: true, count: ") +
                           count + "}\n");
  };
  Plan plan = make_plan(pool("1"), converged_world(pool("2")));
  EXPECT_EQ(startable_in(plan), Ids{});
  EXPECT_EQ(refused_in(plan), Ids{"delete-machine/demo-worker-02 protected"});
}

TEST(PlanCaution, TakesALearnerThatNobodyWantsOffTheListBeforeItMayBePromoted) {
  Observed found = converged_world(small_cluster(3, 1));
  member_on(found, "demo-cp-03").learner = true;
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_EQ(refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "stop-machine/demo-cp-03", "remove-etcd-member/demo-cp-03"));
}

TEST(PlanCaution, DrainsNoNodeWhoseRestartIsRefused) {
  Observed found = converged_world(small_cluster(3, 1));
  found.etcd.members.push_back({"00000000000000ff", "rack-1", false, false, false});
  Plan plan = make_plan(larger(small_cluster(3, 1)), found);
  EXPECT_TRUE(refuses(plan, "stop-machine/demo-cp-01 etcd-quorum"));
  EXPECT_EQ(startable_in(plan), Ids{});
}

TEST(PlanCaution, JoinsNobodyBeforeTheDeadAreGoneAndThoseThatWereOffAreBack) {
  Observed found = converged_world(small_cluster(5, 0));
  for (const char* node : {"demo-cp-04", "demo-cp-05"}) test::lose_machine(found, node, true);
  Plan plan = make_plan(small_cluster(5, 0), found);
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-04", "remove-etcd-member/demo-cp-05"));
  found = converged_world(small_cluster(3, 0));
  switch_off(found, "demo-cp-02");
  plan = make_plan(small_cluster(5, 0), found);
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-04", "await-etcd-member/demo-cp-02"));
}

TEST(PlanCaution, TakesASickControlPlaneAwayBeforeAnotherJoinsInItsPlace) {
  Observed found = converged_world(small_cluster(3, 0));
  switch_off(found, "demo-cp-03");
  ClusterSpec spec = small_cluster(5, 0);
  std::erase_if(spec.nodes, [](const NodeSpec& node) { return node.number == 3 || node.number == 5; });
  Plan plan = make_plan(spec, found);
  EXPECT_EQ(refused_in(plan), Ids{});
  EXPECT_TRUE(waits_for(plan, "apply-config/demo-cp-04", "remove-etcd-member/demo-cp-03"));
}

TEST(PlanCaution, MakesTheLastMemberAnewOnlyWhileAnotherIsThere) {
  Observed found = converged_world(small_cluster(3, 1));
  std::erase_if(found.etcd.members, [](const EtcdMember& member) { return member.node == "demo-cp-03"; });
  test::lose_machine(found, "demo-cp-03", true);
  Plan plan = make_plan_replacing(small_cluster(1, 1), found, {{"demo-cp-01", "vm-1"}});
  EXPECT_TRUE(waits_for(plan, "leave-etcd/demo-cp-02", "await-etcd-member/demo-cp-01"));
}

TEST(PlanCaution, ChangesTheControlPlaneThatIsAwayBeforeTheOthers) {
  Observed found = converged_world(small_cluster(3, 0));
  member_on(found, "demo-cp-03").healthy = false;
  found.talos["demo-cp-03"].stage = TalosStage::booting;
  Plan plan = make_plan(larger(small_cluster(3, 0)), found);
  EXPECT_TRUE(waits_for(plan, "stop-machine/demo-cp-01", "await-etcd-member/demo-cp-03"));
}

TEST(PlanCaution, ChangesControlPlanesBeforeTheirEtcdWasBootstrapped) {
  Observed found = converged_world(small_cluster(3, 0));
  found.etcd = {};
  found.etcd.presence = found.kubernetes.presence = found.helm.presence = Presence::absent;
  found.kubernetes.nodes.clear();
  for (Machine& machine : found.host.machines) machine.mark.bootstrap = BootstrapMark::none;
  for (Disk& disk : found.host.disks) disk.mark.bootstrap = BootstrapMark::none;
  for (auto& [node, talos] : found.talos) talos.etcd_data = Presence::absent;
  Plan plan = make_plan(larger(small_cluster(3, 0)), found);
  EXPECT_TRUE(waits_for(plan, "bootstrap-etcd/demo-cp-01", "start-machine/demo-cp-03"));
}

TEST(PlanCaution, InstallsNoTalosOverTheOnlyDataOfEtcd) {
  Observed found = converged_world(small_cluster(1, 1));
  found.talos["demo-cp-01"].stage = TalosStage::maintenance;
  found.talos["demo-cp-01"].etcd_data = Presence::unknown;
  found.etcd = {};
  found.kubernetes = {};
  found.helm = {};
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_FALSE(can_start(plan, "apply-config/demo-cp-01"));
  EXPECT_EQ(refused_in(plan), Ids{"apply-config/demo-cp-01 bootstrap-once"});
  EXPECT_TRUE(test::contains(plan.refused.front().reason, "Boot it from its disk"));
}

TEST(PlanCaution, DeletesNoDiskWhoseOwnerIsNotKnownForWantOfSecrets) {
  Observed found = converged_world(small_cluster(1, 1));
  test::lose_machine(found, "demo-worker-01", false);
  found.credentials = {};
  found.credentials.secrets = Presence::absent;
  found.etcd = {};
  found.kubernetes = {};
  found.helm = {};
  Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_EQ(refused_in(plan), Ids{"generate-secrets/demo secrets-lost"});
  EXPECT_FALSE(can_start(plan, "delete-disk/demo-worker-01"));
}

TEST(PlanCaution, LeavesANodeAloneThatIsReadyWithoutAVmOfOurs) {
  Observed found = converged_world(small_cluster(1, 1));
  KubernetesNode node = found.kubernetes.nodes.front();
  node.name = "demo-gpu-01";
  node.system_uuid = "metal";
  node.internal_address = "192.168.7.9";
  found.kubernetes.nodes.insert(found.kubernetes.nodes.begin() + 1, node);
  EXPECT_EQ(startable_in(make_plan(small_cluster(1, 1), found)), Ids{});
}

TEST(PlanCaution, WaitsUntilTheKubeletIsSilentBeforeANodeWithAnAddressOfOursGoes) {
  Observed found = converged_world(small_cluster(1, 2));
  std::erase_if(found.host.machines, [](const Machine& machine) { return machine.name == "demo-worker-02"; });
  std::erase_if(found.host.disks, [](const Disk& disk) { return disk.node == "demo-worker-02"; });
  const Plan plan = make_plan(small_cluster(1, 1), found);
  EXPECT_EQ(startable_in(plan), (Ids{"await-node-lost/demo-worker-02", "delete-node/demo-worker-02"}));
  EXPECT_EQ(plan.dependencies.size(), 1U);
}

TEST(PlanCaution, RebootsNothingForAConfigWhileKubernetesIsNotKnown) {
  Observed found = converged_world(small_cluster(3, 1));
  found.kubernetes = {};
  found.helm = {};
  ClusterSpec spec = small_cluster(3, 1);
  for (NodeSpec& node : spec.nodes) {
    node.patches = {R"({"machine":{"files":[{"content":"y","op":"create","path":"/var/x"}]}})"};
  }
  for (const std::string& id : startable_in(make_plan(spec, found))) {
    EXPECT_FALSE(id.starts_with("apply-config/")) << id;
  }
}

TEST(PlanCaution, SkipsNoReleaseOfANodeThatIsNewerThanTheFileSays) {
  Observed found = converged_world(small_cluster(1, 2));
  found.talos["demo-worker-01"].version = "v1.14.0";
  found.talos["demo-worker-02"].version = "v1.13.9";
  Plan plan = make_plan(small_cluster(1, 2), found);
  EXPECT_EQ(refused_in(plan), Ids{"upgrade-talos/demo downgrade"});
}

TEST(PlanCaution, DrainsNoNodeThatGoesWhileTalosCantBeAsked) {
  Observed found = converged_world(small_cluster(1, 2, "cilium"));
  found.talos_presence = Presence::unknown;
  found.talos.clear();
  found.etcd = {};
  EXPECT_EQ(startable_in(make_plan(small_cluster(1, 1, "cilium"), found)), Ids{});
}

TEST(PlanCaution, WaitsForNoNodeThatMayHaveNoConfig) {
  Observed found = converged_world(small_cluster(1, 2));
  std::erase_if(found.kubernetes.nodes, [](const KubernetesNode& node) { return node.name == "demo-worker-02"; });
  found.talos["demo-worker-02"] = {};
  found.talos["demo-worker-02"].presence = Presence::present;
  test::machine_named(found, "demo-worker-02").dhcp_address.clear();
  EXPECT_EQ(startable_in(make_plan(small_cluster(1, 2), found)), Ids{"await-address/demo-worker-02"});
}

TEST(PlanCaution, RegistersNoNodeWhoseNetworkIsNotKnown) {
  Observed found = converged_world(small_cluster(1, 2, "cilium"));
  std::erase_if(found.kubernetes.nodes, [](const KubernetesNode& node) { return node.name == "demo-worker-02"; });
  EXPECT_TRUE(can_start(make_plan(small_cluster(1, 2, "cilium"), found), "restart-kubelet/demo-worker-02"));
  found.helm = {};
  EXPECT_EQ(startable_in(make_plan(small_cluster(1, 2, "cilium"), found)), Ids{});
}

TEST(PlanCaution, ChoosesNoAddressesFromASwitchThatIsNotThere) {
  ClusterSpec spec = small_cluster(1, 1, "cilium, metallb");
  Observed found = converged_world(spec);
  spec.hyperv.switch_name = "Nope";
  found.host.switch_presence = Presence::absent;
  found.host.switch_subnet.clear();
  EXPECT_EQ(startable_in(make_plan(spec, found)), Ids{});
}

TEST(PlanCaution, LeavesTheKubeconfigAloneWhoseControlPlaneRestartsAtItsAddress) {
  Observed found = converged_world(small_cluster(3, 1));
  test::machine_named(found, "demo-cp-01").cpu_count = 4;
  const Plan plan = make_plan(small_cluster(3, 1), found);
  EXPECT_TRUE(can_start(plan, "resize-machine/demo-cp-01"));
  EXPECT_FALSE(can_start(plan, "write-kubeconfig/demo"));
}

}  // namespace
}  // namespace tbx
