// The facts a plan is bound to: what counts for the digest, and how what moved is named.
#include "engine/digest.h"

#include <gtest/gtest.h>

#include "tests/support/converged_world.h"
#include "tests/support/rich_observed.h"

namespace tbx {
namespace {

std::vector<std::string> moved(const Observed& before, const Observed& after) {
  std::vector<std::string> lines;
  for (const Change& change : differences(before, after)) {
    lines.push_back(change.field + " " + change.from + " -> " + change.to);
  }
  return lines;
}

TEST(Digest, IsTheSameForTheSameFacts) {
  EXPECT_EQ(observed_digest(test::rich_observed()), observed_digest(test::rich_observed()));
  EXPECT_EQ(observed_digest({}).size(), std::string("sha256:").size() + 64);
}

TEST(Digest, DoesNotCountWhatMovesByItself) {
  const Observed before = test::rich_observed();
  Observed after = before;
  after.host.reason = "asked three times";
  after.access.probes.front().detail = "HTTP 302";
  after.helm.releases.front().not_ready = {"DaemonSet kube-system/cilium: 1 of 5 ready"};
  after.talos["demo-cp-01"].unmet_conditions = {};
  EXPECT_EQ(observed_digest(after), observed_digest(before));
  EXPECT_EQ(moved(before, after), std::vector<std::string>{});
}

TEST(Digest, CountsWhatAPlanDependsOn) {
  const Observed before = test::rich_observed();
  Observed after = before;
  test::machine_named(after, "demo-worker-02").power = Power::off;
  EXPECT_NE(observed_digest(after), observed_digest(before));
}

TEST(Digest, CountsWhereOneTextEndsAndTheNextBegins) {
  Observed left;
  left.host.images = {"ab", "c"};
  Observed right;
  right.host.images = {"a", "bc"};
  EXPECT_NE(observed_digest(left), observed_digest(right));
}

TEST(Differences, NameThingsInsteadOfCountingThem) {
  const Observed before = test::rich_observed();
  Observed after = before;
  test::machine_named(after, "demo-worker-02").power = Power::off;
  std::erase_if(after.host.disks, [](const Disk& disk) { return disk.node == "demo-cp-02"; });
  after.talos["demo-cp-01"].addresses = {"10.77.1.11"};
  after.talos["demo-cp-01"].config["machine.type"] = "\"worker\"";
  after.helm.releases.push_back({});
  after.helm.releases.back().name = "redis";
  after.helm.releases.back().namespace_name = "default";
  EXPECT_EQ(moved(before, after), (std::vector<std::string>{
                                      R"(host.machines[demo-worker-02].power "running" -> "off")",
                                      R"(host.disks[C:\vms\tbx\demo\demo-cp-02\disk.vhdx] "present" -> null)",
                                      R"(talos[demo-cp-01].addresses ["10.77.1.11","172.28.17.11"] -> ["10.77.1.11"])",
                                      R"(talos[demo-cp-01].config[machine.type] null -> "\"worker\"")",
                                      R"(helm.releases[default/redis] null -> "present")",
                                  }));
}

TEST(Differences, KeepMachinesOfOneNameApart) {
  Observed before;
  before.host.machines.resize(2);
  before.host.machines[0].name = before.host.machines[1].name = "twin";
  Observed after = before;
  after.host.machines[1].cpu_count = 4;
  EXPECT_EQ(moved(before, after), std::vector<std::string>{"host.machines[twin #2].cpu_count 0 -> 4"});
}

}  // namespace
}  // namespace tbx
