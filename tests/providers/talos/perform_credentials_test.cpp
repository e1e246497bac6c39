// Secrets, talosconfig and kubeconfig.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "providers/private_file.h"
#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;
using test::machine_named;
using test::StagedTalos;
using Lines = std::vector<std::string>;

constexpr fs::perms for_its_owner = fs::perms::owner_read | fs::perms::owner_write;

Lines calls_of(StagedTalos& stage, const Op& op) {
  stage.talos.calls.clear();
  Status status = stage.apply(op);
  EXPECT_TRUE(status) << status.error().message;
  Lines lines;
  for (const ToolCall& call : stage.talos.calls) {
    lines.push_back(stage.plain(command_line(call)));
  }
  return lines;
}

std::string text_of(const fs::path& path) { return read_private_file(path).value_or("nothing"); }

TEST(PerformTalosCredentials, SecretsAreMadeByTalosctlAndKeptForTheirOwner) {
  StagedTalos stage;
  stage.forget_credentials();
  EXPECT_EQ(calls_of(stage, GenerateSecrets{"demo"}), Lines{"talosctl gen secrets -o OUT/.work-0/secrets.yaml"});
  EXPECT_EQ(text_of(stage.out / "secrets.yaml"), talosctl_output("config/secrets.yaml"));
  EXPECT_EQ(fs::status(stage.out / "secrets.yaml").permissions(), for_its_owner);
  EXPECT_FALSE(fs::exists(stage.out / ".work-0"));
}

TEST(PerformTalosCredentials, SecretsThatAreThereStay) {
  StagedTalos stage;
  EXPECT_EQ(calls_of(stage, GenerateSecrets{"demo"}), Lines{});
  EXPECT_TRUE(write_private_file(stage.out / "secrets.yaml", "cluster: {}\n"));
  Status status = stage.apply(GenerateSecrets{"demo"});
  ASSERT_FALSE(status) << "no other cluster's machines would trust new ones";
  EXPECT_EQ(status.error().kind, ErrorKind::malformed_answer);
  EXPECT_EQ(stage.plain(status.error().message),
            "OUT/secrets.yaml is no secrets bundle of talosctl: cluster.id or cluster.secret is missing");
  EXPECT_EQ(text_of(stage.out / "secrets.yaml"), "cluster: {}\n");
}

TEST(PerformTalosCredentials, SecretsThatCouldNotBeMadeLeaveNothing) {
  StagedTalos stage;
  stage.forget_credentials();
  stage.talos.failures["gen secrets"] = {1, "", "failed to create secrets bundle: no entropy\n"};
  Status status = stage.apply(GenerateSecrets{"demo"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "talosctl gen secrets: failed to create secrets bundle: no entropy");
  EXPECT_FALSE(fs::exists(stage.out / "secrets.yaml"));
  EXPECT_FALSE(fs::exists(stage.out / ".work-0"));
}

TEST(PerformTalosCredentials, ATalosconfigNamesTheControlPlanesByTheAddressesOfTheHost) {
  StagedTalos stage;
  EXPECT_EQ(
      calls_of(stage, WriteTalosconfig{"demo"}),
      Lines{"talosctl gen config demo https://127.0.0.1:6443 --with-secrets OUT/secrets.yaml -t talosconfig -o -"});
  Lines endpoints;
  for (const char* name : {"demo-cp-01", "demo-cp-02", "demo-cp-03"}) {
    endpoints.push_back(stage.node(name).address);
  }
  std::ranges::sort(endpoints);
  EXPECT_EQ(stage.look().credentials.talosconfig_endpoints, endpoints);
  EXPECT_EQ(fs::status(stage.out / "talosconfig").permissions(), for_its_owner);
  EXPECT_EQ(stage.found.talos_presence, Presence::present) << stage.found.talos_reason;
}

TEST(PerformTalosCredentials, ATalosconfigIsWrittenAnewOnlyWhereAnAddressIsAnother) {
  StagedTalos stage;
  calls_of(stage, WriteTalosconfig{"demo"});
  const std::string first = text_of(stage.out / "talosconfig");
  EXPECT_EQ(calls_of(stage, WriteTalosconfig{"demo"}), Lines{});
  EXPECT_EQ(text_of(stage.out / "talosconfig"), first);
  machine_named(stage.found, "demo-cp-02").dhcp_address = "127.0.0.2";
  EXPECT_EQ(calls_of(stage, WriteTalosconfig{"demo"}).size(), 1U);
  EXPECT_NE(text_of(stage.out / "talosconfig").find("- 127.0.0.2\n"), std::string::npos);
}

TEST(PerformTalosCredentials, ATalosconfigNamesNoControlPlaneThatIsAboutToLeave) {
  StagedTalos stage;
  std::erase_if(stage.spec.nodes, [](const NodeSpec& node) { return node.name == "demo-cp-03"; });
  calls_of(stage, WriteTalosconfig{"demo"});
  EXPECT_EQ(text_of(stage.out / "talosconfig").find(stage.node("demo-cp-03").address), std::string::npos);
  EXPECT_NE(text_of(stage.out / "talosconfig").find(stage.node("demo-cp-02").address), std::string::npos);
}

TEST(PerformTalosCredentials, ATalosconfigThatCouldNotBeMadeIsToldInTalosctlsWords) {
  StagedTalos stage;
  fs::remove(stage.out / "talosconfig");
  stage.talos.failures["gen config"] = {1, "",
                                        "generating PKI and tokens\nfailed to validate secrets bundle: no certs\n"};
  Status status = stage.apply(WriteTalosconfig{"demo"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "talosctl gen config made no talosconfig: failed to validate secrets bundle: no certs");
}

TEST(PerformTalosCredentials, ATalosconfigWaitsForTheFirstAddress) {
  StagedTalos stage;
  const std::string before = text_of(stage.out / "talosconfig");
  for (Machine& machine : stage.found.host.machines) {
    machine.dhcp_address.clear();
  }
  EXPECT_EQ(stage.apply(WriteTalosconfig{"demo"}).error(),
            (Error{ErrorKind::unreachable, "no control plane of demo has an address", ""}));
  EXPECT_EQ(text_of(stage.out / "talosconfig"), before);
}

TEST(PerformTalosCredentials, AKubeconfigNamesTheControlPlaneItWasTakenFrom) {
  StagedTalos stage;
  EXPECT_EQ(calls_of(stage, WriteKubeconfig{"demo", "demo-cp-02"}),
            Lines{"talosctl --talosconfig OUT/talosconfig -e <demo-cp-02> -n " + stage.node("demo-cp-02").node_address +
                  " kubeconfig --merge=false --force -"});
  EXPECT_EQ(stage.look().credentials.kubeconfig_server, "https://" + stage.node("demo-cp-02").address + ":6443");
  EXPECT_EQ(fs::status(stage.out / "kubeconfig").permissions(), for_its_owner);
}

TEST(PerformTalosCredentials, AKubeconfigComesFromTheNextControlPlaneWhereTheNamedOneIsSilent) {
  StagedTalos stage;
  stage.node("demo-cp-02").port.reset();
  ASSERT_TRUE(stage.apply(WriteKubeconfig{"demo", "demo-cp-02"}));
  EXPECT_EQ(stage.look().credentials.kubeconfig_server, "https://" + stage.node("demo-cp-01").address + ":6443");
}

TEST(PerformTalosCredentials, AKubeconfigThatNobodyGivesIsToldInTalosWords) {
  StagedTalos stage;
  stage.talos.failures["kubeconfig"] = {
      1, "", "error copying: rpc error: code = Unknown desc = kubeconfig is only available on control plane nodes\n"};
  Status status = stage.apply(WriteKubeconfig{"demo", "demo-cp-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_TRUE(status.error().message.ends_with(": kubeconfig is only available on control plane nodes"))
      << status.error().message;
  EXPECT_FALSE(fs::exists(stage.out / "kubeconfig"));
}

TEST(PerformTalosCredentials, AStopIsNotMistakenForASilentControlPlane) {
  StagedTalos stage;
  stage.node("demo-cp-03").port.reset();
  stage.talos.before_call = [&](const ToolCall&) { stage.stop.request_stop(); };
  Status status = stage.apply(WriteKubeconfig{"demo", "demo-cp-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << status.error().message;
}

TEST(PerformTalosCredentials, WhatACutOffTalosctlPrintedIsNoKubeconfig) {
  StagedTalos stage;
  stage.talos.failures["kubeconfig"] = {0, "apiVersion: v1\nclusters:\n- cluster:\n", ""};
  Status status = stage.apply(WriteKubeconfig{"demo", "demo-cp-01"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::malformed_answer);
  EXPECT_FALSE(fs::exists(stage.out / "kubeconfig"));
}

}  // namespace
}  // namespace tbx
