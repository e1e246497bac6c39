// What a look makes of machines with Talos: what it sees, and how many processes it costs.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"

namespace tbx {
namespace {

using test::fake_member_id;
using test::StagedTalos;
using Lines = std::vector<std::string>;

/// The questions of a look, without where and how, sorted.
Lines questions_of_look(StagedTalos& stage) {
  stage.talos.calls.clear();
  stage.look();
  Lines lines;
  for (const ToolCall& call : stage.talos.calls) {
    test::FakeTalosCall parsed = test::fake_talos_call(call, 12);
    lines.push_back(parsed.line + (parsed.is_insecure ? " --insecure" : ""));
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(TalosLook, SeesARunningClusterAsTheSpecWantsIt) {
  StagedTalos stage;
  std::map<std::string, TalosNode> wanted = test::converged_world(stage.spec).talos;
  stage.look();
  ASSERT_EQ(stage.found.talos_presence, Presence::present) << stage.found.talos_reason;
  ASSERT_EQ(stage.found.talos.size(), 4U);
  for (const auto& [name, node] : stage.found.talos) {
    EXPECT_EQ(node.presence, Presence::present) << name << ": " << node.reason;
    EXPECT_EQ(node.stage, TalosStage::running) << name;
    EXPECT_TRUE(node.ready) << name;
    EXPECT_EQ(node.version, stage.spec.talos_version) << name;
    EXPECT_EQ(node.uuid, wanted.at(name).uuid);
    EXPECT_EQ(node.hostname, name);
    EXPECT_EQ(node.addresses, (Lines{stage.node(name).node_address, stage.node(name).address})) << name;
    EXPECT_EQ(node.etcd_data, wanted.at(name).etcd_data) << name;
    EXPECT_EQ(node.config, wanted.at(name).config) << name;
  }
}

TEST(TalosLook, SeesEtcdsMembersWithTheirLeader) {
  StagedTalos stage;
  const std::string peer = stage.node("demo-cp-01").node_address;
  const EtcdState& etcd = stage.look().etcd;
  EXPECT_EQ(etcd.presence, Presence::present) << etcd.reason;
  EXPECT_TRUE(etcd.has_leader);
  EXPECT_TRUE(etcd.lists_agree);
  EXPECT_EQ(etcd.alarms, Lines{});
  ASSERT_EQ(etcd.members.size(), 3U);
  EXPECT_EQ(etcd.members[0], (EtcdMember{"0000000000000001", "demo-cp-01", true, false, true, peer}));
  EXPECT_EQ(etcd.members[2],
            (EtcdMember{"0000000000000003", "demo-cp-03", true, false, false, stage.node("demo-cp-03").node_address}));
}

TEST(TalosLook, IsSixQuestionsThroughOneControlPlane) {
  StagedTalos stage;
  stage.look();
  EXPECT_EQ(questions_of_look(stage), (Lines{"etcd members", "etcd status", "get machineconfig v1alpha1",
                                             "get machinestatus", "get systeminformation", "version"}));
  for (const ToolCall& call : stage.talos.calls) {
    EXPECT_EQ(call.effect, ToolEffect::looks);
    EXPECT_EQ(call.deadline_seconds, 15);
    EXPECT_EQ(call.arguments.at(3), stage.node("demo-cp-01").address) << "the endpoint of " << command_line(call);
  }
}

TEST(TalosLook, CostsOnceMoreTheVersionOfTalosctlAndAConfigOfEachKind) {
  StagedTalos stage;
  EXPECT_EQ(questions_of_look(stage).size(), 9U);
}

TEST(TalosLook, SeesAMachineThatWaitsForItsConfig) {
  StagedTalos stage;
  stage.blank("demo-worker-01");
  const TalosNode& worker = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(worker.presence, Presence::present) << worker.reason;
  EXPECT_EQ(worker.stage, TalosStage::maintenance);
  EXPECT_EQ(worker.uuid, stage.node("demo-worker-01").uuid);
  EXPECT_EQ(worker.addresses, Lines{stage.node("demo-worker-01").address});
  EXPECT_EQ(worker.etcd_data, Presence::absent);
  EXPECT_EQ(worker.version, "");
  EXPECT_EQ(stage.found.talos.at("demo-cp-03").stage, TalosStage::running);
}

TEST(TalosLook, SeesThatAMachineWithAnOldDiskWaitsAgain) {
  StagedTalos stage;
  stage.node("demo-worker-01").config.clear();
  const TalosNode& worker = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(worker.presence, Presence::present) << worker.reason;
  EXPECT_EQ(worker.stage, TalosStage::maintenance);
  EXPECT_EQ(worker.uuid, stage.node("demo-worker-01").uuid);
}

TEST(TalosLook, FindsNoEtcdBeforeItsBootstrap) {
  StagedTalos stage;
  stage.forget_etcd();
  stage.look();
  EXPECT_EQ(stage.found.etcd.presence, Presence::absent) << stage.found.etcd.reason;
  EXPECT_EQ(stage.found.talos.at("demo-cp-01").stage, TalosStage::booting);
  EXPECT_EQ(stage.found.talos.at("demo-cp-01").unmet_conditions, Lines{"services: etcd not running"});
  EXPECT_EQ(stage.found.talos.at("demo-cp-01").etcd_data, Presence::absent);
}

TEST(TalosLook, TellsALossOfTheLeader) {
  StagedTalos stage;
  stage.talos.leader.clear();
  const EtcdState& etcd = stage.look().etcd;
  EXPECT_EQ(etcd.presence, Presence::present) << etcd.reason;
  EXPECT_FALSE(etcd.has_leader);
  for (const EtcdMember& member : etcd.members) {
    EXPECT_FALSE(member.healthy) << member.node;
  }
}

TEST(TalosLook, AsksForAlarmsOnlyWhereAMemberReportsAnError) {
  StagedTalos stage;
  const std::string id = fake_member_id("demo-cp-02");
  stage.talos.alarms = {{id, "NOSPACE"}};
  stage.talos.member("demo-cp-02").errors = "memberID:2 alarm:NOSPACE";
  const Lines questions = questions_of_look(stage);
  EXPECT_EQ(std::ranges::count(questions, "etcd alarm list"), 1);
  EXPECT_EQ(stage.found.etcd.alarms, Lines{"NOSPACE " + id});
  EXPECT_FALSE(stage.found.etcd.members[1].healthy);
  EXPECT_TRUE(stage.found.etcd.members[0].healthy);
}

TEST(TalosLook, TellsThatTheMembersListsDiffer) {
  StagedTalos stage;
  stage.talos.lists_of_their_own["demo-cp-03"] = {stage.talos.member("demo-cp-03")};
  EXPECT_FALSE(stage.look().etcd.lists_agree);
  EXPECT_EQ(stage.found.etcd.members.size(), 3U);
}

TEST(TalosLook, TellsLearnersAndMembersThatNeverStarted) {
  StagedTalos stage;
  stage.talos.member("demo-cp-03").is_learner = true;
  stage.talos.members.push_back({"00000000000000aa", "", "10.77.0.99"});
  const EtcdState& etcd = stage.look().etcd;
  ASSERT_EQ(etcd.members.size(), 4U);
  EXPECT_TRUE(etcd.members[2].learner);
  EXPECT_EQ(etcd.members[3], (EtcdMember{"00000000000000aa", "", false, false, false, "10.77.0.99"}));
}

TEST(TalosLook, TellsTheSchematicWhereTheSpecHasOne) {
  StagedTalos stage;
  stage.node("demo-worker-01").schematic = "abc123";
  EXPECT_EQ(stage.look().talos.at("demo-worker-01").schematic, "") << "nobody asked";
  stage.spec.schematic = "abc123";
  const Lines questions = questions_of_look(stage);
  EXPECT_EQ(std::ranges::count(questions, "get extensions"), 1);
  EXPECT_EQ(stage.found.talos.at("demo-worker-01").schematic, "abc123");
  EXPECT_EQ(stage.found.talos.at("demo-cp-01").schematic, "") << "it runs the stock image";
}

TEST(TalosLook, RefreshesOnlyTheNodesInItsScope) {
  StagedTalos stage;
  stage.look();
  const EtcdState etcd = stage.found.etcd;
  for (const char* name : {"demo-cp-02", "demo-worker-01"}) {
    stage.node(name).version = "v1.12.5";
  }
  stage.talos.leader.clear();
  stage.provider.observe(stage.spec, Scope{.whole = false, .nodes = {"demo-worker-01"}, .releases = {}}, stage.found);
  EXPECT_EQ(stage.found.talos.at("demo-worker-01").version, "v1.12.5");
  EXPECT_EQ(stage.found.talos.at("demo-cp-02").version, "v1.12.4");
  EXPECT_EQ(stage.found.etcd, etcd);
}

TEST(TalosLook, NamesMachinesWithoutNodeAddressesByThoseOfTheHost) {
  StagedTalos stage(
      test::spec_from("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: demo}\nspec:\n  controlPlane: {count: 1}\n"
                      "  workers: {count: 1}\n  network: {nodeSubnet: none}\n"));
  const TalosNode& node = stage.look().talos.at("demo-cp-01");
  EXPECT_EQ(node.presence, Presence::present) << node.reason;
  EXPECT_EQ(node.addresses, Lines{stage.node("demo-cp-01").address});
  EXPECT_EQ(node.config, test::converged_world(stage.spec).talos.at("demo-cp-01").config);
  ASSERT_EQ(stage.found.etcd.members.size(), 1U);
  EXPECT_EQ(stage.found.etcd.members[0].peer_address, stage.node("demo-cp-01").address);
}

TEST(TalosLook, TellsTheHostNameOfAnOlderReleaseInTodaysWords) {
  StagedTalos stage;
  stage.blank("demo-worker-01");
  stage.look();
  ASSERT_TRUE(stage.apply(ApplyConfig{"demo-worker-01", {}, ConfigMode::at_once, "v1.34.1", "v1.11.6"}));
  ASSERT_EQ(stage.node("demo-worker-01").config.find("HostnameConfig"), std::string::npos) << "1.11 does not know it";
  const TalosNode& node = stage.look().talos.at("demo-worker-01");
  EXPECT_EQ(node.hostname, "demo-worker-01") << node.reason;
  EXPECT_EQ(node.version, "v1.11.6");
  EXPECT_EQ(node.config, test::converged_world(stage.spec).talos.at("demo-worker-01").config);
}

TEST(TalosLook, TellsSecretsOfAConfigAsFingerprintsOnly) {
  StagedTalos stage;
  std::string& config = stage.node("demo-worker-01").config;
  config.replace(config.find("zkanqf.kaigjbixtgxekts0"), 23, "zzzzzz.zzzzzzzzzzzzzzzz");
  const std::map<std::string, std::string>& seen = stage.look().talos.at("demo-worker-01").config;
  ASSERT_TRUE(seen.contains("machine.token"));
  EXPECT_TRUE(seen.at("machine.token").starts_with("\"secret:")) << seen.at("machine.token");
  for (const auto& [path, value] : seen) {
    EXPECT_EQ(value.find("zzzzzz.zzzzzzzzzzzzzzzz"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace tbx
