// Configs, upgrades and restarts of machines: what is asked of talosctl, and what becomes of it.
#include <gtest/gtest.h>

#include "engine/machine_config.h"
#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::machine_named;
using test::StagedTalos;
using Lines = std::vector<std::string>;

const std::string worker = "demo-worker-01";

/// What the spec wants of the node's config.
std::map<std::string, std::string> wanted_of(StagedTalos& stage, const std::string& name) {
  return test::converged_world(stage.spec).talos.at(name).config;
}

ApplyConfig changed_config(StagedTalos& stage, ConfigMode mode) {
  stage.look();
  for (NodeSpec& node : stage.spec.nodes) {
    node.patches.push_back(R"({"machine":{"sysctls":{"vm.swappiness":"1"}}})");
  }
  return {worker, wanted_of(stage, worker), mode};
}

bool has_change(const std::string& config) { return config.find("vm.swappiness") != std::string::npos; }

TEST(PerformTalosConfig, AMachineInMaintenanceGetsItsFirstConfigWithoutATalosconfig) {
  StagedTalos stage;
  stage.blank(worker);
  stage.look();
  EXPECT_EQ(stage.changes_of(ApplyConfig{worker, wanted_of(stage, worker), ConfigMode::at_once, "v1.35.0", "v1.12.4"}),
            Lines{"talosctl -n <demo-worker-01> apply-config -f OUT/.work-0/config.yaml --insecure"});
  EXPECT_EQ(stage.talos.files_read.front(), stage.talos.files_read.back()) << "what was validated is what was applied";
  stage.found.host.disks.back().was_booted = true;
  EXPECT_EQ(stage.look().talos.at(worker).config, wanted_of(stage, worker));
  EXPECT_EQ(stage.found.talos.at(worker).stage, TalosStage::running);
}

TEST(PerformTalosConfig, ANewConfigIsGeneratedFromTheSpecAndValidated) {
  StagedTalos stage;
  stage.blank("demo-cp-02");
  stage.look();
  stage.talos.calls.clear();
  ASSERT_TRUE(stage.apply(ApplyConfig{"demo-cp-02", {}, ConfigMode::at_once, "v1.34.1", "v1.12.3"}));
  const NodeNetwork network = lay_out_node_network(stage.spec, stage.found);
  EXPECT_EQ(
      stage.plain(command_line(stage.talos.calls.at(0))),
      "talosctl gen config demo https://" + network.vip +
          ":6443 --with-secrets OUT/secrets.yaml --talos-version v1.12 --kubernetes-version 1.34.1 --install-disk "
          "/dev/sda --install-image ghcr.io/siderolabs/installer:v1.12.3 --with-docs=false "
          "--with-examples=false -t controlplane -o - --config-patch-control-plane @OUT/.work-0/patch-0.yaml "
          "--config-patch-control-plane @OUT/.work-0/patch-1.yaml");
  EXPECT_EQ(stage.plain(command_line(stage.talos.calls.at(1))),
            "talosctl validate -c OUT/.work-0/config.yaml -m metal");
}

TEST(PerformTalosConfig, WithoutNodeAddressesANewConfigNamesTheFirstControlPlaneAsItIsNow) {
  StagedTalos stage(
      test::spec_from("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\nspec:\n  controlPlane: {count: 1}\n"
                      "  workers: {count: 1}\n  network: {nodeSubnet: none}\n"));
  stage.blank(worker);
  stage.look();
  ASSERT_TRUE(stage.apply(ApplyConfig{worker, {}, ConfigMode::at_once, "v1.35.0", "v1.12.4"}));
  EXPECT_NE(stage.node(worker).config.find("\"endpoint\":\"https://" + stage.node("demo-cp-01").address + ":6443\""),
            std::string::npos);
}

TEST(PerformTalosConfig, AChangeIsAppliedAtOnceByTheModeThatForbidsARestart) {
  StagedTalos stage;
  EXPECT_EQ(stage.changes_of(changed_config(stage, ConfigMode::at_once)),
            Lines{stage.command(worker, "apply-config -f OUT/.work-0/config.yaml --mode no-reboot")});
  EXPECT_TRUE(has_change(stage.node(worker).config));
  EXPECT_EQ(stage.node(worker).boots, 1);
}

TEST(PerformTalosConfig, AStagedChangeWaitsForTheNextStart) {
  StagedTalos stage;
  EXPECT_EQ(stage.changes_of(changed_config(stage, ConfigMode::staged)),
            Lines{stage.command(worker, "apply-config -f OUT/.work-0/config.yaml --mode staged")});
  EXPECT_FALSE(has_change(stage.node(worker).config));
  EXPECT_TRUE(has_change(stage.node(worker).staged_config));
  EXPECT_EQ(stage.node(worker).boots, 1);
}

TEST(PerformTalosConfig, AChangeWithARestartIsDoneWhenTheNextBootHasBegun) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::reboot);
  EXPECT_EQ(stage.changes_of(op),
            Lines{stage.command(worker, "apply-config -f OUT/.work-0/config.yaml --mode reboot")});
  EXPECT_TRUE(has_change(stage.node(worker).config));
  EXPECT_EQ(stage.node(worker).boots, 2);
}

TEST(PerformTalosConfig, ARestartIsWaitedForUntilAnotherBootAnswers) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::reboot);
  stage.node(worker).old_boot_answers = 1;
  EXPECT_TRUE(stage.apply(op));
  EXPECT_EQ(stage.told, Lines{"it is about to restart"});
}

TEST(PerformTalosConfig, ARestartHasBegunWhenTheMachineIsSilent) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::reboot);
  stage.node(worker).closes_when_it_boots = true;
  EXPECT_TRUE(stage.apply(op)) << "AwaitTalos sees it come back";
  EXPECT_EQ(stage.told, Lines{});
}

TEST(PerformTalosConfig, AConfigWhoseCallWasCutOffMayBeApplied) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::reboot);
  stage.talos.cut_off = {"apply-config"};
  Status status = stage.apply(op);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(stage.plain(status.error().message),
            stage.command(worker, "apply-config -f OUT/.work-0/config.yaml --mode reboot took longer than 90 s"));
  stage.look();
  EXPECT_EQ(stage.changes_of(op), Lines{}) << "the look has shown that it runs with it";
  EXPECT_EQ(stage.node(worker).boots, 2);
}

TEST(PerformTalosConfig, AMachineThatRunsWithTheConfigAlreadyIsNotRestartedAgain) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::reboot);
  stage.changes_of(op);
  stage.look();
  EXPECT_EQ(stage.changes_of(op), Lines{});
  EXPECT_EQ(stage.node(worker).boots, 2);
}

TEST(PerformTalosConfig, TheRunningConfigsOwnVersionsAndEndpointStay) {
  StagedTalos stage;
  std::string& config = stage.node(worker).config;
  const std::string image = "ghcr.io/siderolabs/kubelet:v1.35.";
  config.replace(config.find(image) + image.size(), 1, "9");
  stage.changes_of(changed_config(stage, ConfigMode::at_once));
  EXPECT_NE(stage.node(worker).config.find(image + "9"), std::string::npos);
}

TEST(PerformTalosConfig, AConfigThatTalosctlFindsInvalidReachesNoMachine) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::at_once);
  stage.talos.failures["validate"] = {1, "",
                                      "1 error occurred:\n\t* v1alpha1.Config: 1 error occurred:\n\t* "
                                      "install.extraKernelArgs and install.grubUseUKICmdline can't be used "
                                      "together\n\n\n\n"};
  Status status = stage.apply(op);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(stage.plain(status.error().message),
            "talosctl validate: install.extraKernelArgs and install.grubUseUKICmdline can't be used together");
  EXPECT_EQ(stage.changes(), Lines{});
  EXPECT_FALSE(has_change(stage.node(worker).config));
}

TEST(PerformTalosConfig, AConfigThatTheMachineRejectsIsToldInItsWordsWithTheCommand) {
  StagedTalos stage;
  const ApplyConfig op = changed_config(stage, ConfigMode::at_once);
  stage.talos.failures["apply-config"] = {
      1, "",
      "error applying new configuration: rpc error: code = InvalidArgument desc = the following fields can't be "
      "changed without a reboot\n"};
  Status status = stage.apply(op);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "talosctl apply-config on " + stage.node(worker).node_address +
                                        ": the following fields can't be changed without a reboot");
  EXPECT_TRUE(stage.plain(status.error().detail).starts_with(stage.command(worker, "apply-config -f")))
      << status.error().detail;
}

TEST(PerformTalosConfig, ANodeThatLeftTheFileGetsNoConfig) {
  StagedTalos stage;
  stage.look();
  std::erase_if(stage.spec.nodes, [](const NodeSpec& node) { return node.name == worker; });
  Status status = stage.apply(ApplyConfig{worker, {}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), (Error{ErrorKind::rejected, "demo-worker-01 is not in the file any more", ""}));
}

TEST(PerformTalosConfig, AMachineThatDoesNotAnswerGetsNoConfig) {
  StagedTalos stage;
  stage.node(worker).port.reset();
  stage.look();
  Status status = stage.apply(ApplyConfig{worker, {}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::unreachable);
  EXPECT_EQ(status.error().message, "Talos on demo-worker-01 does not answer");
  machine_named(stage.found, worker).power = Power::off;
  EXPECT_EQ(stage.apply(ApplyConfig{worker, {}}).error(),
            (Error{ErrorKind::rejected, "machine demo-worker-01 is off", ""}));
}

TEST(PerformTalosConfig, AwaitingEndsWhereTheWorkerRunsAndTheControlPlaneNeedsOnlyEtcd) {
  StagedTalos stage;
  stage.talos.members.clear();
  EXPECT_TRUE(stage.apply(AwaitTalos{worker, "v1.12.4"}));
  EXPECT_TRUE(stage.apply(AwaitTalos{"demo-cp-01"})) << "without a bootstrap its boot goes no further";
  EXPECT_EQ(stage.told, Lines{});
  EXPECT_EQ(stage.changes(), Lines{});
}

TEST(PerformTalosConfig, AwaitingTellsHowFarTheMachineIs) {
  const std::vector<std::pair<std::string, std::string>> stages = {
      {"installing", "Talos is installing to disk"},
      {"booting", "Talos is booting, services are starting"},
      {"upgrading", "Talos is upgrading"},
      {"rebooting", "Talos is on its way down or up again"}};
  for (const auto& [stage_word, what] : stages) {
    StagedTalos stage(1, 1);
    stage.node(worker).stage = stage_word;
    EXPECT_EQ(stage.waited_for(AwaitTalos{worker}), what);
  }
  StagedTalos silent(1, 1);
  silent.node(worker).port.reset();
  EXPECT_EQ(silent.waited_for(AwaitTalos{worker}), "Talos does not answer yet");
  StagedTalos old(1, 1);
  EXPECT_EQ(old.waited_for(AwaitTalos{worker, "v1.12.9"}), "it runs Talos v1.12.4");
  StagedTalos blank(1, 1);
  blank.blank(worker);
  EXPECT_EQ(blank.waited_for(AwaitTalos{worker}), "Talos is in maintenance mode");
}

TEST(PerformTalosConfig, AwaitingEndsTheCallThatRunsWhenItIsStopped) {
  StagedTalos stage(1, 1);
  stage.talos.before_call = [&](const ToolCall&) { stage.stop.request_stop(); };
  Status status = stage.apply(AwaitTalos{worker});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << status.error().message;
}

TEST(PerformTalosConfig, AwaitingFindsAMachineThatComesBackWithAnotherAddress) {
  StagedTalos stage;
  machine_named(stage.found, worker).dhcp_address = "127.0.0.1";
  stage.look_at_host = [&](Observed& found) { machine_named(found, worker).dhcp_address = stage.node(worker).address; };
  EXPECT_TRUE(stage.apply(AwaitTalos{worker}));
}

TEST(PerformTalosConfig, AwaitingEndsWhereItLeadsNowhere) {
  StagedTalos stage;
  stage.node(worker).is_foreign = true;
  Status status = stage.apply(AwaitTalos{worker});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "demo-worker-01 belongs to another cluster");
  machine_named(stage.found, worker).power = Power::off;
  EXPECT_EQ(stage.apply(AwaitTalos{worker}).error().message, "machine demo-worker-01 is off");
}

TEST(PerformTalosConfig, RestartsOnlyTheKubelet) {
  StagedTalos stage;
  EXPECT_EQ(stage.changes_of(RestartKubelet{worker}), Lines{stage.command(worker, "service kubelet restart")});
  EXPECT_EQ(stage.node(worker).kubelet_starts, 2);
  EXPECT_EQ(stage.node(worker).boots, 1);
}

}  // namespace
}  // namespace tbx
