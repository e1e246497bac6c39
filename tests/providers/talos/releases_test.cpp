// talosctl of three minor releases, asked about the same nodes of Talos 1.12: the parsers read the same out of each.
#include <gtest/gtest.h>

#include <array>

#include "engine/config_paths.h"
#include "providers/talos/failure.h"
#include "providers/talos/parse_etcd.h"
#include "providers/talos/parse_machine_config.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/parse_resources.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

constexpr std::array releases{"1.11.0", "1.12.6", "1.13.0"};

CommandOutput printed(const std::string& release, const std::string& name, int exit_code = 0) {
  return recorded_output("talosctl-releases/" + release + "/" + name, exit_code);
}

class TalosctlReleases : public testing::TestWithParam<const char*> {
 protected:
  static std::string out(const std::string& name) { return printed(GetParam(), name).out; }
  static std::vector<TalosResource> resources(const std::string& name) { return parse_resources(out(name)).value(); }

  static TalosTrouble trouble(const std::string& name) {
    const CommandOutput output = printed(GetParam(), name, 1);
    EXPECT_NE(output.err, "") << name;
    return classify_failure(output.err, "talosctl").trouble;
  }
};

INSTANTIATE_TEST_SUITE_P(Of, TalosctlReleases, testing::ValuesIn(releases));

TEST_P(TalosctlReleases, SayWhichTheyAreAndWhatRunsOnTheNodes) {
  EXPECT_EQ(parse_client_version(out("version-client-short")), "v" + std::string(GetParam()));
  const auto versions = parse_versions(out("version-json"));
  ASSERT_TRUE(versions);
  ASSERT_EQ(versions->size(), 2U);
  for (const TalosVersion& version : *versions) EXPECT_EQ(version.version, "v1.12.4") << version.node;
}

TEST_P(TalosctlReleases, TellStageAndIdentityOfEachNode) {
  const auto statuses = resources("machinestatus");
  ASSERT_EQ(statuses.size(), 2U);
  for (const TalosResource& status : statuses) {
    EXPECT_EQ(parse_machine_status(status)->stage, TalosStage::running) << status.node;
  }
  const auto identities = resources("systeminformation");
  ASSERT_EQ(identities.size(), 2U);
  EXPECT_NE(parse_system_uuid(identities[0]).value(), parse_system_uuid(identities[1]).value());
  EXPECT_TRUE(resources("extensions").empty());
}

TEST_P(TalosctlReleases, TellOfAMachineThatWaitsInMaintenance) {
  EXPECT_EQ(parse_machine_status(resources("maintenance-machinestatus").at(0))->stage, TalosStage::maintenance);
  EXPECT_EQ(parse_version_resource(resources("maintenance-version").at(0)), "v1.12.4");
  EXPECT_EQ(parse_system_uuid(resources("maintenance-systeminformation").at(0))->size(), 36U);
  EXPECT_EQ(trouble("maintenance-talosconfig"), TalosTrouble::unknown_authority);
}

TEST_P(TalosctlReleases, TellTheSameMachineConfig) {
  const auto config = [](const std::string& release) {
    const auto found = parse_resources(printed(release, "machineconfig").out).value();
    return flatten_config(active_machine_config(found.at(0)).value());
  };
  EXPECT_EQ(config(GetParam()), config("1.12.6"));
  EXPECT_EQ(config(GetParam()).at("HostnameConfig.hostname"), "\"demo-cp-01\"");
}

TEST_P(TalosctlReleases, GenerateTheSameConfigButForTheirOwnInstaller) {
  const auto config = [](const std::string& release) {
    FlatConfig flat = flatten_config(parse_machine_config(printed(release, "gen-config").out).value());
    EXPECT_EQ(flat.at("machine.install.image"), "\"ghcr.io/siderolabs/installer:v" + release + "\"");
    flat.erase("machine.install.image");
    return flat;
  };
  EXPECT_EQ(config(GetParam()), config("1.12.6"));
}

TEST_P(TalosctlReleases, TellTheMembersOfEtcd) {
  const auto members = parse_etcd_members(out("etcd-members"));
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 1U);
  EXPECT_EQ(members->front().hostname, "demo-cp-01");
  const auto statuses = parse_etcd_status(out("etcd-status"));
  ASSERT_TRUE(statuses);
  ASSERT_EQ(statuses->size(), 1U);
  EXPECT_EQ(statuses->front().id, members->front().id);
  EXPECT_EQ(statuses->front().leader, members->front().id);
  EXPECT_TRUE(parse_etcd_alarms(out("etcd-alarms"))->empty());
  EXPECT_EQ(parse_etcd_data(printed(GetParam(), "etcd-data")), Presence::present);
  EXPECT_EQ(parse_etcd_data(printed(GetParam(), "no-etcd-data", 1)), Presence::absent);
}

TEST_P(TalosctlReleases, FailInWordsThatAreUnderstood) {
  EXPECT_EQ(trouble("bootstrap-again"), TalosTrouble::already_exists);
  EXPECT_EQ(trouble("remove-unknown-member"), TalosTrouble::not_found);
  EXPECT_EQ(trouble("refused"), TalosTrouble::unreachable);
  EXPECT_EQ(trouble("no-such-flag"), TalosTrouble::usage);
  // The connection may end before the alert is read.
  const TalosTrouble insecure = trouble("insecure-of-configured");
  EXPECT_TRUE(insecure == TalosTrouble::certificate_required || insecure == TalosTrouble::handshake_broken);
}

TEST_P(TalosctlReleases, WarnOfAnOlderServerWhichIsNoFailure) {
  EXPECT_TRUE(partial_failures(printed(GetParam(), "machinestatus").err, "talosctl").empty());
}

}  // namespace
}  // namespace tbx
