// An upgrade of Talos on one machine.
#include <gtest/gtest.h>

#include "engine/machine_config.h"
#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::StagedTalos;
using Lines = std::vector<std::string>;

const std::string node = "demo-cp-03";
const UpgradeTalos upgrade{node, "v1.12.4", "v1.12.7", "ghcr.io/siderolabs/installer:v1.12.7"};

TEST(PerformTalosUpgrade, IsDoneWhenAnotherBootRunsTheRelease) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(stage.changes_of(upgrade),
            Lines{stage.command(node, "upgrade --image ghcr.io/siderolabs/installer:v1.12.7 --wait=false")});
  EXPECT_EQ(stage.node(node).version, "v1.12.7");
  EXPECT_EQ(stage.node(node).boots, 2);
  EXPECT_EQ(stage.node("demo-cp-02").version, "v1.12.4");
}

TEST(PerformTalosUpgrade, IsWaitedForUntilAnotherBootAnswers) {
  StagedTalos stage;
  stage.look();
  stage.node(node).old_boot_answers = 1;
  EXPECT_TRUE(stage.apply(upgrade)) << "the old boot does not pass for one that went back";
  EXPECT_EQ(stage.told, Lines{"Talos is upgrading"});
}

TEST(PerformTalosUpgrade, IsNotBegunWhereTheReleaseRuns) {
  StagedTalos stage;
  stage.look();
  stage.changes_of(upgrade);
  stage.look();
  EXPECT_EQ(stage.changes_of(upgrade), Lines{});
  EXPECT_EQ(stage.node(node).boots, 2);
}

TEST(PerformTalosUpgrade, ChangesTheSchematicOfTheSameRelease) {
  StagedTalos stage;
  stage.spec.schematic = "abc123";
  stage.look();
  const std::string image = installer_image(stage.spec, "v1.12.4");
  const UpgradeTalos op{node, "v1.12.4", "v1.12.4", image};
  EXPECT_EQ(stage.changes_of(op), Lines{stage.command(node, "upgrade --image " + image + " --wait=false")});
  EXPECT_EQ(stage.look().talos.at(node).schematic, "abc123");
  EXPECT_EQ(stage.changes_of(op), Lines{});
}

TEST(PerformTalosUpgrade, TellsATalosctlOf13ToLeaveTheDrainToUs) {
  StagedTalos stage;
  stage.talos.version = "v1.13.9";
  stage.look();
  EXPECT_EQ(
      stage.changes_of(upgrade),
      Lines{stage.command(node, "upgrade --image ghcr.io/siderolabs/installer:v1.12.7 --wait=false --drain=false")});
}

TEST(PerformTalosUpgrade, IsNotBegunWithATalosctlThatCouldNotGoOn) {
  StagedTalos stage;
  stage.look();
  Status status = stage.apply(UpgradeTalos{node, "v1.12.4", "v1.13.0", "ghcr.io/siderolabs/installer:v1.13.0"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), (Error{ErrorKind::rejected,
                                   "talosctl v1.12.6 can't go on with a Talos v1.13.0: install talosctl v1.13 or name "
                                   "it in TBX_TALOSCTL, and apply again",
                                   ""}));
  EXPECT_EQ(stage.changes(), Lines{});
}

TEST(PerformTalosUpgrade, TellsThatTheMachineWentBackToItsOldRelease) {
  StagedTalos stage;
  stage.node(node).goes_back_to_old = true;
  stage.look();
  Status status = stage.apply(upgrade);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(),
            (Error{ErrorKind::rejected,
                   "demo-cp-03 restarted and runs Talos v1.12.4, not v1.12.7: it went back to the release that worked",
                   "talosctl dmesg and the console of the machine say why"}));
}

TEST(PerformTalosUpgrade, TellsWhyTalosDoesNotBegin) {
  StagedTalos stage;
  stage.look();
  stage.talos.failures["upgrade"] = {
      1, "",
      "error performing upgrade: 1 error occurred:\n\t* " + stage.node(node).node_address +
          ": rpc error: code = FailedPrecondition desc = error validating etcd for upgrade: etcd member count(2) is "
          "insufficient to maintain quorum if upgrade commences\n\n\n"};
  Status status = stage.apply(upgrade);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  const std::string address = stage.node(node).node_address;
  EXPECT_EQ(
      status.error().message,
      "talosctl upgrade on " + address + ": " + address +
          ": error validating etcd for upgrade: etcd member count(2) is insufficient to maintain quorum if upgrade "
          "commences");
  EXPECT_EQ(stage.node(node).boots, 1);
}

TEST(PerformTalosUpgrade, WaitsForAnotherUpgradeThatRuns) {
  StagedTalos stage;
  stage.look();
  stage.talos.failures["upgrade"] = {
      1, "", "error performing upgrade: rpc error: code = Unknown desc = failed to acquire upgrade mutex: locked\n"};
  Status status = stage.apply(upgrade);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::busy) << "it is tried again";
}

TEST(PerformTalosUpgrade, LooksWhatBecameOfACallThatTheRestartCutOff) {
  StagedTalos stage;
  stage.look();
  stage.talos.cut_off = {"upgrade"};
  EXPECT_TRUE(stage.apply(upgrade));
  EXPECT_EQ(stage.node(node).version, "v1.12.7");
}

TEST(PerformTalosUpgrade, IsCancelledWhileItWaitsForTheMachineToComeBack) {
  StagedTalos stage;
  stage.look();
  stage.node(node).closes_when_it_boots = true;
  EXPECT_EQ(stage.waited_for(upgrade), "Talos is upgrading, or restarting with its new release");
}

}  // namespace
}  // namespace tbx
