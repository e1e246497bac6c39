// Machine configs as talosctl 1.12.6 generates and reports them.
#include "providers/talos/parse_machine_config.h"

#include <gtest/gtest.h>

#include <regex>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

using nlohmann::json;

std::vector<json> config(std::string_view file) {
  return parse_machine_config(talosctl_output("config/" + std::string(file))).value();
}

std::vector<json> running() {
  auto resources = parse_resources(talosctl_output("emulator/machineconfig.out")).value();
  return active_machine_config(resources.at(0)).value();
}

const FingerprintKey key = fingerprint_key_from("a cluster's secret");

TEST(MachineConfig, OfARunningNodeHasItsDocuments) {
  std::vector<json> documents = running();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents.at(0)["machine"]["type"], "controlplane");
  EXPECT_EQ(documents.at(1),
            (json{{"apiVersion", "v1alpha1"}, {"kind", "HostnameConfig"}, {"auto", "off"}, {"hostname", "cp-1"}}));
}

TEST(MachineConfig, DiffersFromTheGeneratedOneByTheHostNameOnly) {
  EXPECT_EQ(machine_config_overlay(config("controlplane.yaml"), running(), &key),
            (FlatConfig{{"HostnameConfig.auto", "\"off\""}, {"HostnameConfig.hostname", "\"cp-1\""}}));
}

TEST(MachineConfig, DiffersByJustWhatItsPatchesSay) {
  FlatConfig overlay = machine_config_overlay(config("controlplane.yaml"), config("cp-1-patched.yaml"), &key);
  EXPECT_EQ(overlay,
            (FlatConfig{{"HostnameConfig.auto", "\"off\""},
                        {"HostnameConfig.hostname", "\"cp-1\""},
                        {"cluster.allowSchedulingOnControlPlanes", "true"},
                        {"cluster.network.cni.name", "\"none\""},
                        {"cluster.proxy.disabled", "true"},
                        {"machine.certSANs", "[\"api.demo.example\"]"},
                        {"machine.nodeLabels.node.kubernetes.io/exclude-from-external-load-balancers", "null"}}));
}

/// A patch has no machine section of its own, as a config must have; it is read behind one that says nothing.
std::vector<json> patch(std::string_view file) {
  const std::string text = "machine: {}\n---\n" + talosctl_output("config/" + std::string(file));
  std::vector<json> documents = parse_machine_config(text).value();
  documents.erase(documents.begin());
  return documents;
}

TEST(MachineConfig, AndItsPatchesHaveTheSameLeaves) {
  FlatConfig wanted = flatten_config(patch("cilium.patch.yaml"));
  wanted.merge(flatten_config(patch("host-cp-1.patch.yaml")));
  EXPECT_EQ(wanted, machine_config_overlay(config("controlplane.yaml"), config("cp-1-patched.yaml"), &key));
}

TEST(MachineConfig, ShowsADefaultWhereThePatchSpellsItOut) {
  FlatConfig overlay = machine_config_overlay(config("controlplane.yaml"), running(), &key, {"machine.install.wipe"});
  EXPECT_EQ(overlay.at("machine.install.wipe"), "false");
}

TEST(MachineConfig, OfAWorkerLacksWhatControlPlanesHave) {
  FlatConfig overlay = machine_config_overlay(config("controlplane.yaml"), config("worker.yaml"), &key);
  EXPECT_EQ(overlay.at("machine.type"), "\"worker\"");
  EXPECT_EQ(overlay.at("cluster.secretboxEncryptionSecret"), "null");
}

TEST(MachineConfig, ShowsSecretsAsFingerprintsOnly) {
  const std::string secrets = talosctl_output("config/secrets.yaml");
  FlatConfig overlay = machine_config_overlay({}, running(), &key);
  std::string shown;
  for (const auto& [path, value] : overlay) shown += path + "=" + value + "\n";
  const std::regex secret(R"(\w+: (\S{20,}))");
  int checked = 0;
  for (std::sregex_iterator match(secrets.begin(), secrets.end(), secret), end; match != end; ++match) {
    if (match->str().starts_with("id:")) continue;
    EXPECT_EQ(shown.find((*match)[1].str()), std::string::npos) << match->str().substr(0, 30);
    ++checked;
  }
  EXPECT_GE(checked, 10);
  EXPECT_EQ(overlay.at("machine.token"), json(fingerprint("\"zkanqf.kaigjbixtgxekts0\"", &key)).dump());
}

TEST(MachineConfig, TellsThatASecretChanged) {
  std::vector<json> other = running();
  other.at(0)["machine"]["token"] = "abcdef.0123456789abcdef";
  FlatConfig overlay = machine_config_overlay(running(), other, &key);
  ASSERT_EQ(overlay.size(), 1U);
  EXPECT_TRUE(overlay.at("machine.token").starts_with("\"secret:"));
}

TEST(MachineConfig, OfTheOldLayoutIsReadToo) { EXPECT_EQ(config("controlplane-contract-v1.11.yaml").size(), 1U); }

TEST(MachineConfig, IsRefusedWithoutItsFirstDocument) {
  EXPECT_FALSE(parse_machine_config("apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: cp-1\n"));
  EXPECT_FALSE(parse_machine_config(""));
  EXPECT_FALSE(parse_machine_config("- a\n- b\n"));
  EXPECT_FALSE(parse_machine_config(talosctl_output("config/talosconfig")));
}

TEST(MachineConfig, IsRefusedWithTheLineAndWithoutAnyValue) {
  auto broken = parse_machine_config("machine:\n  token: [hunter2\n");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message.find("hunter2"), std::string::npos);
  EXPECT_NE(broken.error().message.find("line "), std::string::npos);
}

TEST(MachineConfig, ThatIsNotActiveIsNotTaken) {
  auto resources = parse_resources(talosctl_output("emulator/machineconfig.out")).value();
  resources.at(0).id = "persistent";
  EXPECT_FALSE(active_machine_config(resources.at(0)));
}

}  // namespace
}  // namespace tbx
