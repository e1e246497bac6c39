// What may not be taken out of the file, by the file alone.
#include "engine/removal_rules.h"

#include <gtest/gtest.h>

#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Names = std::vector<std::string>;

/// "rule: nodes" for each refusal.
Names refused(const std::string& keys, const Names& nodes) {
  Names lines;
  for (const RefusedRemoval& each : why_not_take_out(spec_of(load_keys(keys)), nodes)) {
    std::string line = each.refusal.rule + ":";
    for (const std::string& node : each.nodes) line += " " + node;
    lines.push_back(line);
  }
  return lines;
}

TEST(RemovalRules, AllowWhatNothingProtects) {
  const std::string keys = "controlPlane: {count: 3}\nworkers: {count: 2}\n";
  EXPECT_EQ(refused(keys, {}), Names{});
  EXPECT_EQ(refused(keys, {"lab-cp-01", "lab-cp-02", "lab-worker-01", "lab-worker-02"}), Names{});
}

TEST(RemovalRules, KeepOneControlPlane) {
  EXPECT_EQ(refused("workers: {count: 2}\n", {"lab-cp-01"}), Names{"last-control-plane: lab-cp-01"});
  EXPECT_EQ(refused("controlPlane: {count: 3}\n", {"lab-cp-01", "lab-cp-02", "lab-cp-03"}),
            Names{"last-control-plane: lab-cp-01 lab-cp-02 lab-cp-03"});
}

TEST(RemovalRules, KeepWhatIsProtectedByNodePoolOrCluster) {
  const Names both{"lab-worker-01", "lab-worker-02"};
  EXPECT_EQ(refused("workers: {count: 2}\nprotectNodes: [lab-worker-02]\n", both), Names{"protected: lab-worker-02"});
  EXPECT_EQ(refused("workers: {count: 2, protect: true}\n", both), Names{"protected: lab-worker-01 lab-worker-02"});
  EXPECT_EQ(refused("workers: {count: 2}\nprotect: true\n", {"lab-cp-01"}),
            (Names{"last-control-plane: lab-cp-01", "protected: lab-cp-01"}));
}

}  // namespace
}  // namespace tbx::test
