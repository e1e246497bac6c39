// How reality differs from the file, field by field.
#include "engine/drift.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/converged_world.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

Drift drift_after(void (*spoil)(Observed&)) {
  const ClusterSpec wanted = test::small_cluster(1, 3);
  Observed found = test::converged_world(wanted);
  spoil(found);
  return drift_of(make_plan(wanted, found));
}

TEST(Drift, OfAClusterThatIsAsItsFileSaysIsNone) {
  const Drift drift = drift_after([](Observed&) {});
  EXPECT_FALSE(drift.drifted());
  EXPECT_EQ(drift_to_text(drift, {}), "demo is as its file says.\n");
}

TEST(Drift, NamesTheFieldWithBothValues) {
  const Drift drift = drift_after([](Observed& found) { test::machine_named(found, "demo-worker-01").cpu_count = 4; });
  EXPECT_TRUE(drift.drifted());
  EXPECT_EQ(drift_to_text(drift, {}), R"(demo: 1 field differs from the file

  demo-worker-01  cpus  is 4, should be 2
)");
}

TEST(Drift, LetsNodesThatDifferInTheSameWayShareTheirLines) {
  const Drift drift = drift_after([](Observed& found) {
    for (Machine& machine : found.host.machines) machine.memory_mib = machine.name == "demo-cp-01" ? 4096 : 2048;
  });
  EXPECT_EQ(drift_to_text(drift, {}), R"(demo: 3 fields differ from the file

  demo-worker-01  memoryMiB  is 2048, should be 4096
  demo-worker-02, -03 (2 nodes): the same
)");
}

TEST(Drift, HoldsNoWaitsAndNoStepsThatOnlyFollow) {
  Plan plan = test::plan_of({DrainNode{"n"}, ResizeMachine{"n", "", 2, 4096}, AwaitNode{"n"}, UncordonNode{"other"}});
  plan.actions[1].changes = {{"cpus", "4", "2"}};
  plan.actions[3].reason = "Node other is cordoned";
  EXPECT_EQ(drift_to_text(drift_of(plan), {}), R"(c: 2 fields differ from the file

  n      cpus  is 4, should be 2
  other        Node other is cordoned
)");
}

TEST(Drift, SaysOnceWhatChangesInTwoSteps) {
  Plan plan = test::plan_of({MarkBootstrapping{"n"}, MarkBootstrapped{"n"}});
  plan.actions[0].changes = {{"bootstrap", "\"none\"", "\"bootstrapping\""}};
  plan.actions[1].changes = {{"bootstrap", "\"bootstrapping\"", "\"bootstrapped\""}};
  const Drift drift = drift_of(plan);
  ASSERT_EQ(drift.fields.size(), 1u);
  EXPECT_EQ(drift.fields[0],
            (DriftedField{"n", "bootstrap", "\"none\"", "\"bootstrapped\"", "mark-bootstrapped/n", "because"}));
}

TEST(Drift, IsThereWhenARuleForbidsToMendIt) {
  Plan plan = test::plan_of({});
  plan.refused = {{DeleteMachine{"n", ""}, "protected", "n is protected"}};
  const Drift drift = drift_of(plan);
  EXPECT_TRUE(drift.drifted());
  EXPECT_EQ(drift_to_text(drift, {}), R"(c: nothing else differs from the file

Refused by a rule that keeps the cluster alive
  ✗ delete machine n [protected]
      n is protected
)");
}

TEST(Drift, AsJsonHasTheFieldsOfTheContract) {
  Plan plan = test::plan_of({ResizeMachine{"n", "", 2, 4096}});
  plan.actions[0].changes = {{"cpus", "4", "2"}};
  plan.unknown = {{System::helm, "timed out"}};
  EXPECT_EQ(drift_to_json(drift_of(plan)),
            R"({"format_version": 1, "cluster": "c", "drifted": true, "complete": false,
 "fields": [
  {"target": "n", "field": "cpus", "from": 4, "to": 2, "action": "resize-machine/n", "reason": "because"}
 ],
 "refused": [],
 "unknown": [
  {"system": "helm", "reason": "timed out"}
 ]}
)");
}

}  // namespace
}  // namespace tbx
