// tbx explain as a user meets it.
#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

class ExplainCommand : public CommandTest {
 protected:
  ExplainCommand() { expect(0, "init"); }
};

TEST_F(ExplainCommand, AnActionOfThePlanInAWorldAndTheSameFromASnapshot) {
  const CommandResult seen = expect(0, "explain cluster.yaml bootstrap --sim w.json");
  EXPECT_TRUE(contains(seen.out, "bootstrap-etcd/talos-hypv-cp-01: bootstrap etcd on talos-hypv-cp-01\n"));
  EXPECT_TRUE(contains(seen.out, "Facts it rests on, from the simulated world in w.json\n"));
  EXPECT_EQ(seen.err, "");
  EXPECT_FALSE(exists("w.json"));
  expect(0, "observe cluster.yaml --sim w.json -o s.json");
  const CommandResult saved = expect(0, "explain cluster.yaml bootstrap --from s.json");
  EXPECT_TRUE(contains(saved.out, "Facts it rests on, from the snapshot s.json\n"));
  EXPECT_EQ(saved.out.substr(saved.out.find("\nRules")), seen.out.substr(seen.out.find("\nRules")));
}

TEST_F(ExplainCommand, WhatThePlanDoesNotHaveIsOneErrorWithASuggestion) {
  const CommandResult result = expect(1, "explain cluster.yaml start-machin/talos-hypv-cp-1 --sim w.json");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "error: the plan has no action \"start-machin/talos-hypv-cp-1\": did you mean "
            "\"start-machine/talos-hypv-cp-01\"?\n");
  expect(0, "apply cluster.yaml --sim w.json --yes");
  EXPECT_EQ(expect(1, "explain cluster.yaml bootstrap --sim w.json").err,
            "error: the plan has no actions, so none is \"bootstrap\"\n");
}

TEST_F(ExplainCommand, WhatCannotBeObservedIsSaidAndTheRestIsExplained) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "world w.json power-off talos-hypv-worker-01");
  expect(0, "world w.json hide helm");
  expect(0, "explain cluster.yaml start-machine --sim w.json");
  const CommandResult missing = expect(1, "explain cluster.yaml upgrade-release/traefik --sim w.json");
  EXPECT_TRUE(contains(missing.err, "The plan is not complete: helm is hidden"));
}

TEST_F(ExplainCommand, AKeyOfTheFileWithItsPlaceAndNoSecret) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  const CommandResult memory = expect(0, "explain cluster.yaml controlPlane.cpus --sim w.json");
  EXPECT_TRUE(contains(memory.out, "spec.controlPlane.cpus\n\nWhat the file says\n  value  2\n"));
  EXPECT_TRUE(contains(memory.out, "  none: what is there is as this key says\n"));
  EXPECT_TRUE(contains(memory.out, "restart  Each node in turn is drained, stopped, changed and started.\n"));
  const CommandResult secret =
      expect(0, "explain cluster.yaml addons.monitoring.values.grafana.adminPassword --sim w.json");
  EXPECT_TRUE(contains(secret.out, "  value  secret:"));
  EXPECT_EQ(secret.out.find("value  admin"), std::string::npos);
  EXPECT_EQ(
      expect(1, "explain cluster.yaml controlPlane.memroy --sim w.json").err,
      "error: there is no key \"controlPlane.memroy\": spec.controlPlane has no memroy: did you mean \"memory\"?\n");
  EXPECT_EQ(expect(1, "explain cluster.yaml controlPlan.cpus --sim w.json").err,
            "error: neither the plan nor the file has \"controlPlan.cpus\": did you mean \"controlPlane\"?\n");
}

TEST_F(ExplainCommand, EndsWith4WhenWhatItIsAboutIsNotKnown) {
  expect(0, "apply cluster.yaml --sim w.json --yes");
  expect(0, "world w.json hide helm");
  const CommandResult addon = expect(4, "explain cluster.yaml addons.traefik --sim w.json");
  EXPECT_TRUE(contains(addon.out, "  ?  Helm  not known: helm is hidden"));
  expect(0, "explain cluster.yaml controlPlane.cpus --sim w.json");
}

TEST_F(ExplainCommand, BadUsageIsOneSentence) {
  EXPECT_TRUE(contains(expect(1, "explain cluster.yaml").err, "ACTION-OR-PATH is missing"));
  EXPECT_TRUE(contains(expect(1, "explain cluster.yaml x --sim w --from s").err, "give one of them"));
  expect(1, "explain none.yaml x --sim w.json");
  EXPECT_TRUE(contains(expect(1, "explain cluster.yaml x --from none.json").err, "none.json can't be read"));
}

}  // namespace
}  // namespace tbx::test
