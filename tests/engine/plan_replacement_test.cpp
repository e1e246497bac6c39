// Nodes that are made, or made anew: nothing is deleted that could not be made again, and nobody is waited for who
// can't come.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/plan.h"
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

using Ids = std::vector<std::string>;

TEST(PlanReplacement, DeletesNoMachineWhileTheFileNamesASwitchOnWhichNoneIsMade) {
  ClusterSpec spec = small_cluster(3, 1);
  const Observed found = converged_world(spec);
  spec.hyperv.switch_name = "Nope";
  const Plan plan = make_plan_replacing(spec, found, {{"demo-cp-02", "vm-2"}});
  EXPECT_TRUE(refuses(plan, "start-machine/demo-cp-02 no-change-yet"));
  EXPECT_EQ(startable_in(plan), Ids{});
}

TEST(PlanReplacement, DeletesNoDiskWhoseMachineCantBeMadeForOneOfTheSameName) {
  Observed found = converged_world(small_cluster(3, 1));
  test::lose_machine(found, "demo-cp-01", false);
  test::add_foreign_machine(found, "demo-cp-01");
  const Plan plan = make_plan(small_cluster(3, 1), found);
  EXPECT_EQ(refused_in(plan), Ids{"create-machine/demo-cp-01 not-ours"});
  EXPECT_FALSE(can_start(plan, "delete-disk/demo-cp-01"));
  EXPECT_FALSE(can_start(plan, "remove-etcd-member/demo-cp-01")) << "its data may still be wanted";
}

TEST(PlanReplacement, TakesNoMachineAwayBesideWhichOneOfTheSameNameStands) {
  Observed found = converged_world(small_cluster(3, 1));
  test::add_foreign_machine(found, "demo-cp-02");
  const Plan plan = make_plan_replacing(small_cluster(3, 1), found, {{"demo-cp-02", "vm-2"}});
  EXPECT_EQ(refused_in(plan), Ids{"create-machine/demo-cp-02 not-ours"});
  EXPECT_EQ(startable_in(plan), Ids{});
}

TEST(PlanReplacement, MakesNoNodeWhileTheFilesSubnetsAreNotThoseOfTheCluster) {
  const Observed found = converged_world(small_cluster(1, 1));
  ClusterSpec spec = small_cluster(1, 2);
  spec.network.pod_subnet = "10.200.0.0/16";
  const Plan plan = make_plan(spec, found);
  EXPECT_TRUE(refuses(plan, "apply-config/demo-cp-01 network-subnets"));
  EXPECT_FALSE(can_start(plan, "create-machine/demo-worker-02"));
  EXPECT_FALSE(can_start(plan, "apply-config/demo-worker-02")) << "it could never be set back";
}

TEST(PlanReplacement, MakesANewNodeWithTheReleaseThatRunsAndNotWithAnOlderOne) {
  Observed found = converged_world(small_cluster(1, 1));
  for (auto& [node, talos] : found.talos) talos.version = "v1.14.0";
  ClusterSpec spec = small_cluster(3, 1);
  spec.talos_version = "v1.13.9";
  const Plan plan = make_plan(spec, found);
  EXPECT_EQ(refused_in(plan), Ids{"upgrade-talos/demo downgrade"});
  for (const char* made : {"create-machine/demo-cp-02", "create-machine/demo-cp-03"}) {
    EXPECT_EQ(std::get<CreateMachine>(test::action_in(plan, made).op).image, "v1.14.0-amd64");
  }
}

TEST(PlanReplacement, LetsOthersJoinWhenOneOfThemCantBeMade) {
  Observed found = converged_world(small_cluster(3, 1));
  Disk foreign;
  foreign.node = "demo-cp-04";
  foreign.path = "C:\\vms\\tbx\\demo\\demo-cp-04\\disk.vhdx";
  found.host.disks.push_back(foreign);
  std::ranges::sort(found.host.disks, {}, &Disk::node);
  const Plan plan = make_plan(small_cluster(5, 1), found);
  EXPECT_EQ(refused_in(plan), Ids{"create-disk/demo-cp-04 not-ours"});
  EXPECT_TRUE(can_start(plan, "apply-config/demo-cp-05"));
  EXPECT_TRUE(can_start(plan, "await-etcd-member/demo-cp-05"));
}

TEST(PlanReplacement, LetsTheKubeconfigNameOneThatIsNotMadeAnew) {
  Observed found = converged_world(small_cluster(3, 1));
  const std::string stays = test::machine_named(found, "demo-cp-02").dhcp_address;
  const Plan plan = make_plan_replacing(small_cluster(3, 1), found, {{"demo-cp-01", "vm-1"}});
  const Action& written = test::action_in(plan, "write-kubeconfig/demo");
  ASSERT_EQ(written.changes.size(), 1U);
  EXPECT_EQ(written.changes.front().to, "\"https://" + stays + ":6443\"");
}

}  // namespace
}  // namespace tbx
