// Which addresses nodes are given: those that somebody still claims are not free.
#include "engine/node_network.h"

#include <gtest/gtest.h>

#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using test::converged_world;
using test::small_cluster;

std::string address_of(const NodeNetwork& network, const std::string& node) { return network.nodes.at(node).address; }

TEST(NodeNetwork, KeepsWhatTheMarksSay) {
  ClusterSpec spec = small_cluster(1, 2);
  Observed found = converged_world(spec);
  std::string before = test::machine_named(found, "demo-worker-01").mark.node_address;
  EXPECT_EQ(address_of(lay_out_node_network(spec, found), "demo-worker-01"), before);
}

TEST(NodeNetwork, GivesNoAddressThatANodeOrAMemberOfEtcdStillClaims) {
  Observed found = converged_world(small_cluster(3, 0));
  NodeNetwork before = lay_out_node_network(small_cluster(3, 0), found);
  std::string claimed = address_of(before, "demo-cp-03");
  test::lose_machine(found, "demo-cp-03", true);
  found.kubernetes.nodes.clear();
  for (EtcdMember& member : found.etcd.members) {
    member.peer_address = member.node == "demo-cp-03" ? claimed : "";
  }
  EXPECT_NE(address_of(lay_out_node_network(small_cluster(3, 0), found), "demo-cp-03"), claimed);
  std::erase_if(found.etcd.members, [](const EtcdMember& member) { return member.node == "demo-cp-03"; });
  EXPECT_EQ(address_of(lay_out_node_network(small_cluster(3, 0), found), "demo-cp-03"), claimed);
}

}  // namespace
}  // namespace tbx
