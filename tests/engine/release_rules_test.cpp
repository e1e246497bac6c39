// Which releases may come together, and what must run when Kubernetes is upgraded.
#include <gtest/gtest.h>

#include "engine/policy.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using test::converged_world;
using test::small_cluster;

TEST(ReleaseRules, UpgradeNoKubernetesWhileANodeIsOff) {
  const ClusterSpec spec = small_cluster(1, 1);
  const UpgradeKubernetes upgrade{"demo", "v1.35.0", "v1.35.2"};
  Observed found = converged_world(spec);
  EXPECT_FALSE(refuse(upgrade, spec, found, PlanMode::converge));
  test::switch_off(found, "demo-worker-01");
  const auto refusal = refuse(upgrade, spec, found, PlanMode::converge);
  ASSERT_TRUE(refusal) << "it would stop in the middle, again and again";
  EXPECT_EQ(refusal->rule, "one-disruption");
  EXPECT_EQ(refusal->reason, "machine demo-worker-01 is not running: Kubernetes is upgraded while all nodes run");
}

TEST(ReleaseRules, PlanTheUpgradeOfKubernetesAfterTheStartOfANodeThatIsOff) {
  const ClusterSpec spec = small_cluster(1, 1);
  Observed found = converged_world(spec);
  test::switch_off(found, "demo-worker-01");
  const TalosReleases by_then{{"demo-cp-01", "v1.12.4"}, {"demo-worker-01", "v1.12.4"}};
  EXPECT_FALSE(
      refuse(UpgradeKubernetes{"demo", "v1.35.0", "v1.35.2"}, spec, found, PlanMode::converge, {.talos = &by_then}));
}

}  // namespace
}  // namespace tbx
