// What a look leaves unknown, why, and that trouble with one machine hides no other.
#include <gtest/gtest.h>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using test::machine_named;
using test::StagedTalos;
using Lines = std::vector<std::string>;

void expect_running(const StagedTalos& stage, const Lines& names) {
  for (const std::string& name : names) {
    const TalosNode& node = stage.found.talos.at(name);
    EXPECT_EQ(node.presence, Presence::present) << name << ": " << node.reason;
    EXPECT_EQ(node.stage, TalosStage::running) << name;
  }
}

TEST(TalosLookTrouble, AMachineThatDoesNotAnswerIsUnreachableAndNotAbsent) {
  StagedTalos stage;
  stage.node("demo-cp-01").port.reset();
  const TalosNode& silent = stage.look().talos.at("demo-cp-01");
  EXPECT_EQ(silent.presence, Presence::present);
  EXPECT_EQ(silent.stage, TalosStage::unreachable);
  EXPECT_EQ(silent.reason,
            "demo-cp-01 does not answer yet: port 50000 is closed: it is starting, installing or restarting");
  EXPECT_EQ(silent.etcd_data, Presence::unknown) << "its disk was booted";
  expect_running(stage, {"demo-cp-02", "demo-cp-03", "demo-worker-01"});
  ASSERT_EQ(stage.found.etcd.members.size(), 3U);
  EXPECT_FALSE(stage.found.etcd.members[0].healthy);
  EXPECT_TRUE(stage.found.etcd.members[1].healthy);
}

TEST(TalosLookTrouble, AMachineThatHangsIsUnknownAndTheOthersAnswerByThemselves) {
  StagedTalos stage;
  stage.node("demo-cp-02").hangs = true;
  const TalosNode& hanging = stage.look().talos.at("demo-cp-02");
  EXPECT_EQ(hanging.presence, Presence::unknown);
  EXPECT_EQ(stage.plain(hanging.reason),
            stage.plain("demo-cp-02 at <demo-cp-02> answers, and can't be read: talosctl --talosconfig OUT/talosconfig "
                        "-e <demo-cp-02> -n " +
                        stage.node("demo-cp-02").node_address + " get machinestatus -o json took longer than 15 s"));
  expect_running(stage, {"demo-cp-01", "demo-cp-03", "demo-worker-01"});
  EXPECT_EQ(stage.found.etcd.presence, Presence::present) << stage.found.etcd.reason;
}

TEST(TalosLookTrouble, AMachineThatTheOthersCantReachAnswersByItself) {
  StagedTalos stage;
  stage.node("demo-worker-01").is_cut_off = true;
  stage.node("demo-cp-02").is_cut_off = true;
  stage.look();
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03", "demo-worker-01"});
  EXPECT_EQ(stage.found.talos.at("demo-worker-01").version, "v1.12.4");
  EXPECT_EQ(stage.found.etcd.members.size(), 3U);
  EXPECT_TRUE(stage.found.etcd.lists_agree);
  EXPECT_TRUE(stage.found.etcd.members[1].healthy);
}

TEST(TalosLookTrouble, WorkersAnswerWithoutAnyControlPlaneAndEtcdIsUnknown) {
  StagedTalos stage;
  for (const char* name : {"demo-cp-01", "demo-cp-02", "demo-cp-03"}) {
    stage.node(name).port.reset();
  }
  stage.look();
  expect_running(stage, {"demo-worker-01"});
  EXPECT_EQ(stage.found.etcd.presence, Presence::unknown) << "their disks were booted";
  EXPECT_EQ(stage.found.etcd.reason,
            "demo-cp-01 does not answer yet: port 50000 is closed: it is starting, installing or restarting");
}

TEST(TalosLookTrouble, AMachineOfAnotherClusterIsUnknown) {
  StagedTalos stage;
  stage.node("demo-worker-01").is_foreign = true;
  const TalosNode& foreign = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(foreign.presence, Presence::unknown);
  EXPECT_EQ(foreign.reason, "demo-worker-01 answers, and its certificate is of other secrets than those in _out");
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03"});
}

TEST(TalosLookTrouble, AMachineThatIsOffHasNoTalos) {
  StagedTalos stage;
  machine_named(stage.found, "demo-worker-01").power = Power::off;
  const TalosNode& off = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(off.presence, Presence::absent);
  EXPECT_EQ(off.reason, "machine demo-worker-01 is off");
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03"});
}

TEST(TalosLookTrouble, AMachineWithoutAnAddressDoesNotAnswerYet) {
  StagedTalos stage;
  machine_named(stage.found, "demo-worker-01").dhcp_address.clear();
  const TalosNode& unknown = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(unknown.presence, Presence::present);
  EXPECT_EQ(unknown.stage, TalosStage::unreachable);
  EXPECT_EQ(unknown.reason, "demo-worker-01 has no address yet");
}

TEST(TalosLookTrouble, WithoutTheHostNoMachineIsTakenForAbsent) {
  StagedTalos stage;
  stage.found.host = {};
  stage.found.host.reason = "PowerShell did not answer";
  stage.look();
  for (const auto& [name, node] : stage.found.talos) {
    EXPECT_EQ(node.presence, Presence::unknown) << name;
    EXPECT_EQ(node.reason, "where " + name + " is can't be learned: PowerShell did not answer");
  }
  EXPECT_EQ(stage.found.etcd.presence, Presence::unknown);
  EXPECT_EQ(stage.found.talos.size(), 4U);
}

TEST(TalosLookTrouble, AnOrphanedDiskThatWasBootedMayHoldEtcdsData) {
  StagedTalos stage;
  stage.blank_all();
  EXPECT_EQ(stage.look().etcd.presence, Presence::absent) << stage.found.etcd.reason;
  test::lose_machine(stage.found, "demo-cp-03", false);
  test::disk_named(stage.found, "demo-cp-03").was_booted = true;
  EXPECT_EQ(stage.look().etcd.presence, Presence::unknown);
  EXPECT_EQ(stage.found.etcd.reason, "machine demo-cp-03 is absent");
  EXPECT_EQ(stage.found.talos.at("demo-cp-03").presence, Presence::absent);
}

TEST(TalosLookTrouble, WithoutSecretsAndTalosconfigWhatIsConfiguredIsUnknownAndNoTalosconfigAppears) {
  StagedTalos stage;
  std::filesystem::remove(stage.out / "secrets.yaml");
  std::filesystem::remove(stage.out / "talosconfig");
  const TalosNode& node = stage.look().talos.at("demo-cp-01");
  EXPECT_EQ(node.presence, Presence::unknown);
  EXPECT_EQ(stage.plain(node.reason),
            "demo-cp-01 at <demo-cp-01> answers, and can't be read: it is configured, and there is no talosconfig to "
            "ask it with");
  EXPECT_EQ(stage.found.etcd.presence, Presence::unknown);
  EXPECT_FALSE(std::filesystem::exists(stage.out / "talosconfig"));
}

TEST(TalosLookTrouble, ALostTalosconfigHidesNothingWhileThereAreSecrets) {
  StagedTalos stage;
  std::filesystem::remove(stage.out / "talosconfig");
  stage.look();
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03", "demo-worker-01"});
  EXPECT_EQ(stage.found.credentials.talosconfig, Presence::absent);
  EXPECT_FALSE(std::filesystem::exists(stage.out / "talosconfig"));
}

TEST(TalosLookTrouble, WithoutTalosctlNothingOfTalosIsKnown) {
  StagedTalos stage;
  stage.look();
  StagedTalos without;
  without.talos.is_there = false;
  without.found.talos = stage.found.talos;
  without.look();
  EXPECT_EQ(without.found.talos_presence, Presence::unknown);
  EXPECT_EQ(without.found.talos_reason, "talosctl is not there: install it, or name it in TBX_TALOSCTL");
  EXPECT_EQ(without.found.etcd.reason, without.found.talos_reason);
  EXPECT_TRUE(without.found.talos.empty());
  without.talos.is_there = true;
  EXPECT_EQ(without.look().talos_presence, Presence::present) << "it was installed meanwhile";
}

TEST(TalosLookTrouble, ATalosctlThatIsOlderThanTheClusterIsRefused) {
  StagedTalos stage;
  stage.talos.version = "v1.11.6";
  EXPECT_EQ(stage.look().talos_presence, Presence::unknown);
  EXPECT_EQ(stage.found.talos_reason,
            "talosctl v1.11.6 is older than the cluster's Talos v1.12: install talosctl v1.12 or v1.13, or name it in "
            "TBX_TALOSCTL");
  EXPECT_TRUE(stage.found.talos.empty());
}

TEST(TalosLookTrouble, ATalosctlThatIsNewerByTwoMinorReleasesIsRefused) {
  StagedTalos stage;
  stage.talos.version = "v1.14.0";
  EXPECT_EQ(stage.look().talos_presence, Presence::unknown);
  EXPECT_EQ(stage.found.talos_reason,
            "talosctl v1.14.0 is newer by more than one minor release than the cluster's Talos v1.12: install talosctl "
            "v1.12 or v1.13, or name it in TBX_TALOSCTL");
}

TEST(TalosLookTrouble, BeforeThereIsAClusterTalosctlHasToFitTheSpec) {
  StagedTalos stage;
  stage.blank_all();
  stage.talos.version = "v1.11.6";
  EXPECT_EQ(stage.look().talos_presence, Presence::unknown);
  stage.talos.version = "v1.13.9";
  StagedTalos newer;
  newer.blank_all();
  newer.talos.version = "v1.13.9";
  EXPECT_EQ(newer.look().talos_presence, Presence::present) << newer.found.talos_reason;
}

TEST(TalosLookTrouble, AMemberWhoseEtcdIsSilentHasDataOnItsDiskAllTheSame) {
  StagedTalos stage;
  stage.talos.members.erase(stage.talos.members.begin() + 2);
  stage.talos.lists_of_their_own["demo-cp-01"] = stage.talos.members;
  stage.talos.lists_of_their_own["demo-cp-01"].push_back({"0000000000000003", "demo-cp-03", "10.0.0.1"});
  stage.talos.lists_of_their_own["demo-cp-02"] = stage.talos.lists_of_their_own["demo-cp-01"];
  stage.look();
  EXPECT_EQ(stage.found.talos.at("demo-cp-03").etcd_data, Presence::present);
  ASSERT_EQ(stage.found.etcd.members.size(), 3U);
  EXPECT_EQ(stage.found.etcd.members[2].node, "demo-cp-03");
  EXPECT_FALSE(stage.found.etcd.members[2].healthy);
  EXPECT_TRUE(stage.found.etcd.has_leader);
}

TEST(TalosLookTrouble, AConfigThatCantBeReadMakesItsMachineUnknownAndTellsNoSecret) {
  StagedTalos stage;
  stage.node("demo-worker-01").config = "machine: {type: worker, token: zkanqf.kaigjbixtgxekts0";
  const TalosNode& node = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(node.presence, Presence::unknown);
  EXPECT_EQ(
      stage.plain(node.reason),
      "demo-worker-01 at <demo-worker-01> answers, and can't be read: the machine config can't be read: line 1 is "
      "no usable YAML");
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03"});
}

TEST(TalosLookTrouble, WhatTalosctlLeaksIsInNoReason) {
  for (const char* line : {"get systeminformation", "get machineconfig", "etcd status", "gen config", "version"}) {
    StagedTalos stage;
    stage.talos.failures[line] = {1, "", talosctl_output("errors/validate-leaks-keys.err")};
    stage.look();
    std::string reasons = stage.found.talos_reason + stage.found.etcd.reason;
    for (const auto& [name, node] : stage.found.talos) reasons += node.reason;
    EXPECT_NE(reasons.find("talosctl "), std::string::npos) << line;
    EXPECT_EQ(reasons.find("LS0tLS1"), std::string::npos) << reasons;
    EXPECT_EQ(reasons.find("key: "), std::string::npos) << reasons;
  }
}

TEST(TalosLookTrouble, WhatOneMachineOfSeveralLacksIsToldOfItAlone) {
  StagedTalos stage;
  stage.talos.failures_of_nodes["demo-worker-01"]["version"] =
      "rpc error: code = PermissionDenied desc = not authorized";
  const TalosNode& node = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(node.presence, Presence::unknown);
  EXPECT_TRUE(node.reason.ends_with(": not authorized")) << node.reason;
  expect_running(stage, {"demo-cp-01", "demo-cp-02", "demo-cp-03"});
}

TEST(TalosLookTrouble, WhatOneCallLacksIsToldByItsOwnMessage) {
  StagedTalos stage;
  stage.look();
  stage.talos.failures["version"] = {
      1, "", "error getting version: rpc error: code = PermissionDenied desc = not authorized\n"};
  const TalosNode& node = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(node.presence, Presence::unknown);
  EXPECT_TRUE(node.reason.ends_with(": not authorized")) << node.reason;
  EXPECT_NE(node.reason.find("talosctl version on "), std::string::npos) << node.reason;
}

}  // namespace
}  // namespace tbx
