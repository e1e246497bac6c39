// What of all that is found is ours, and what of it is wanted.
#include "engine/ownership.h"

#include <gtest/gtest.h>

#include "tests/support/converged_world.h"

namespace tbx {
namespace {

TEST(WantedNode, IsFoundByItsNameInEveryPool) {
  const ClusterSpec wanted = test::spec_from(R"(apiVersion: tbx/v1
kind: Cluster
metadata: {name: a-1}
spec:
  controlPlane: {nodes: [1, 3, 12]}
  workers:
    - {name: a0, count: 2}
    - {name: a, nodes: [2, 99, 100, 101]}
    - {name: a-b, count: 11}
)");
  ASSERT_EQ(wanted.nodes.size(), 20U);
  for (const NodeSpec& node : wanted.nodes) EXPECT_EQ(wanted_node(wanted, node.name), &node) << node.name;
}

TEST(WantedNode, IsNotFoundByAnotherName) {
  const ClusterSpec wanted = test::small_cluster(1, 2);
  for (const std::string suffix : {"-worker-03", "-worker-1", "-worker-001", "-cp-02", "-worker-", "-worker",
                                   "-worker-01x", "-apps-01", "-worker-99999999999", ""}) {
    EXPECT_EQ(wanted_node(wanted, wanted.name + suffix), nullptr) << suffix;
  }
  EXPECT_EQ(wanted_node(wanted, ""), nullptr);
  EXPECT_EQ(wanted_node(ClusterSpec{}, "demo-cp-01"), nullptr);
}

}  // namespace
}  // namespace tbx
