// Flat machine configs: the names of the leaves, and the difference of two configs.
#include "engine/config_paths.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

using nlohmann::json;

FlatConfig flat(const char* document) { return flatten_config({json::parse(document)}); }

TEST(ConfigPaths, NamesLeavesOfTheFirstDocumentByTheirKeys) {
  FlatConfig leaves =
      flat(R"({"machine": {"install": {"wipe": false}}, "cluster": {"network": {"cni": {"name": "none"}}}})");
  EXPECT_EQ(leaves, (FlatConfig{{"machine.install.wipe", "false"}, {"cluster.network.cni.name", "\"none\""}}));
}

TEST(ConfigPaths, PutsKindAndNameBeforeTheLeavesOfOtherDocuments) {
  FlatConfig leaves = flatten_config(
      {json::parse(R"({"apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "off", "hostname": "cp-1"})"),
       json::parse(R"({"apiVersion": "v1alpha1", "kind": "Layer2VIPConfig", "name": "10.0.0.2", "link": "eth0"})")});
  EXPECT_EQ(leaves, (FlatConfig{{"HostnameConfig.auto", "\"off\""},
                                {"HostnameConfig.hostname", "\"cp-1\""},
                                {"Layer2VIPConfig[10.0.0.2].link", "\"eth0\""}}));
}

TEST(ConfigPaths, KeepsADocumentThatSaysNothingButItsName) {
  EXPECT_EQ(flat(R"({"apiVersion": "v1alpha1", "kind": "DHCPv4Config", "name": "eth0"})"),
            (FlatConfig{{"DHCPv4Config[eth0]", "{}"}}));
}

TEST(ConfigPaths, TellsInterfacesByTheirHardwareAddressOrName) {
  FlatConfig leaves = flat(R"({"machine": {"network": {"interfaces": [
      {"interface": "eth1", "dhcp": false},
      {"deviceSelector": {"hardwareAddr": "02:15:5d:00:00:01"}, "dhcp": true, "addresses": ["10.77.0.11/24"]}]}}})");
  const std::string card = "machine.network.interfaces[02:15:5d:00:00:01]";
  EXPECT_EQ(leaves, (FlatConfig{{card + ".addresses", "[\"10.77.0.11/24\"]"},
                                {card + ".deviceSelector.hardwareAddr", "\"02:15:5d:00:00:01\""},
                                {card + ".dhcp", "true"},
                                {"machine.network.interfaces[eth1].dhcp", "false"},
                                {"machine.network.interfaces[eth1].interface", "\"eth1\""}}));
}

TEST(ConfigPaths, CountsItemsWithoutIdentityApartFromTheOthers) {
  FlatConfig leaves =
      flat(R"({"rules": [{"name": "a", "level": 1}, {"level": 2}, {"level": 3}, {"name": "a", "level": 4}]})");
  EXPECT_EQ(leaves.at("rules[a].level"), "1");
  EXPECT_EQ(leaves.at("rules[0].level"), "2");
  EXPECT_EQ(leaves.at("rules[1].level"), "3");
  EXPECT_EQ(leaves.at("rules[a#2].level"), "4");
}

TEST(ConfigPaths, SortsListsThatTalosReadsAsSetsAndNoOthers) {
  FlatConfig leaves =
      flat(R"({"machine": {"certSANs": ["b", "a", "b"], "network": {"nameservers": ["9.9.9.9", "1.1.1.1"]}}})");
  EXPECT_EQ(leaves.at("machine.certSANs"), "[\"a\",\"b\"]");
  EXPECT_EQ(leaves.at("machine.network.nameservers"), "[\"9.9.9.9\",\"1.1.1.1\"]");
}

TEST(ConfigPaths, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(flat(R"({"machine": {"network": {}, "certSANs": [], "token": null, "nodeLabels": {"a/b.c": ""}}})"),
            (FlatConfig{{"machine.nodeLabels.a/b.c", "\"\""}}));
}

TEST(ConfigPaths, ReadsADeletionOfAPatchAsNull) {
  EXPECT_EQ(flat(R"({"machine": {"nodeLabels": {"x": {"$patch": "delete"}}}})"),
            (FlatConfig{{"machine.nodeLabels.x", "null"}}));
}

TEST(ConfigOverlay, HoldsWhatWasAddedChangedAndTakenAway) {
  EXPECT_EQ(
      config_overlay({{"same", "1"}, {"changed", "1"}, {"gone", "1"}}, {{"same", "1"}, {"changed", "2"}, {"new", "3"}}),
      (FlatConfig{{"changed", "2"}, {"gone", "null"}, {"new", "3"}}));
}

TEST(ConfigOverlay, HoldsOfAGrownListWhatAPatchAppended) {
  EXPECT_EQ(config_overlay({{"x.namespaces", "[\"kube-system\"]"}}, {{"x.namespaces", "[\"apps\",\"kube-system\"]"}}),
            (FlatConfig{{"x.namespaces", "[\"apps\"]"}}));
  EXPECT_EQ(config_overlay({{"x.namespaces", "[\"kube-system\"]"}}, {{"x.namespaces", "[\"apps\"]"}}),
            (FlatConfig{{"x.namespaces", "[\"apps\"]"}}));
}

TEST(ConfigOverlay, HoldsAListThatAPatchReplacesWhole) {
  EXPECT_EQ(config_overlay({{"cluster.network.podSubnets", "[\"10.244.0.0/16\"]"}},
                           {{"cluster.network.podSubnets", "[\"10.244.0.0/16\",\"fd00::/64\"]"}}),
            (FlatConfig{{"cluster.network.podSubnets", "[\"10.244.0.0/16\",\"fd00::/64\"]"}}));
}

TEST(ConfigOverlay, ShowsADefaultOnlyWhereItIsAskedFor) {
  EXPECT_EQ(config_overlay({{"a", "1"}, {"b", "1"}}, {{"a", "1"}, {"b", "1"}}, {"a", "not there"}),
            (FlatConfig{{"a", "1"}}));
}

}  // namespace
}  // namespace tbx
