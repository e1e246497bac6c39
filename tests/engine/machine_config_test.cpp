// What a change of the machine config costs.
#include "engine/machine_config.h"

#include <gtest/gtest.h>

namespace tbx {
namespace {

TEST(MachineConfig, ChangesOfTheClusterPartAndOfDocumentsNeedNoReboot) {
  for (const char* path : {"cluster.proxy.disabled", "cluster.etcd.advertisedSubnets", "HostnameConfig.hostname",
                           "DHCPv4Config[eth0].clientIdentifier"}) {
    EXPECT_FALSE(needs_reboot(path)) << path;
  }
}

TEST(MachineConfig, ChangesThatTalosAppliesToARunningMachineNeedNoReboot) {
  for (const char* path :
       {"machine.sysctls.net.core.somaxconn", "machine.kernel.modules[br_netfilter].name", "machine.pods",
        "machine.network.interfaces[02:15:5d:00:00:01].dhcp", "machine.kubelet.extraArgs.v", "machine.nodeLabels.tier",
        "machine.features.hostDNS.enabled", "machine.install.image"}) {
    EXPECT_FALSE(needs_reboot(path)) << path;
  }
}

TEST(MachineConfig, OtherChangesOfTheMachinePartNeedAReboot) {
  for (const char* path :
       {"machine.env.HTTP_PROXY", "machine.files[/etc/x].content", "machine.udev.rules", "machine.features.rbac",
        "machine.kernelArgs", "machine.systemDiskEncryption.state.provider"}) {
    EXPECT_TRUE(needs_reboot(path)) << path;
  }
}

TEST(MachineConfig, KnowsADiskThatOnlyItsOwnMachineCanOpen) {
  NodeSpec node;
  node.patches = {
      R"({"machine":{"systemDiskEncryption":{"ephemeral":{"provider":"luks2","keys":[{"nodeID":{},"slot":0}]}}}})"};
  EXPECT_TRUE(encrypts_by_node_id(node));
  node.patches = {
      R"({"machine":{"systemDiskEncryption":{"ephemeral":{"keys":[{"static":{"passphrase":"x"},"slot":0}]}}}})"};
  EXPECT_FALSE(encrypts_by_node_id(node));
  node.patches = {R"({"kind":"VolumeConfig","name":"EPHEMERAL","encryption":{"keys":[{"slot":0,"nodeID":{}}]}})"};
  EXPECT_TRUE(encrypts_by_node_id(node));
  node.patches = {R"({"machine":{"nodeLabels":{"nodeID":"7"}}})"};
  EXPECT_FALSE(encrypts_by_node_id(node));
}

TEST(MachineConfig, ArgumentsOfEtcdTakeEffectWithAReboot) {
  EXPECT_TRUE(needs_reboot("cluster.etcd.extraArgs.listen-metrics-urls"));
}

}  // namespace
}  // namespace tbx
