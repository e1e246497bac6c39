// A plan on a terminal: what it looks like, word for word.
#include "engine/render_text.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

Plan workers_changed(int count) {
  Plan plan;
  plan.cluster = "demo";
  for (int i = 1; i <= count; ++i) {
    const std::string name = "demo-worker-0" + std::to_string(i);
    const std::string reason = "machine " + name + " has cpus 4 instead of 2";
    plan.actions.push_back({StopMachine{name, "vm"}, reason, Impact::restart, {}});
    plan.actions.push_back({ResizeMachine{name, "vm", 2, 4096}, reason, Impact::restart, {{"cpus", "4", "2"}}});
    plan.actions.push_back({AwaitAddress{name}, name + " starts", Impact::none, {}});
  }
  return plan;
}

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

TEST(PlanText, SaysThatNothingIsToDo) {
  Plan plan;
  plan.cluster = "demo";
  EXPECT_EQ(plan_to_text(plan, {}), "demo matches its file: nothing to do.\n");
}

TEST(PlanText, GroupsByPhaseAndNodeAndFoldsTheLike) {
  RenderOptions options;
  options.estimate_seconds = 130;
  options.longest_chain = {0, 1, 2};
  EXPECT_EQ(plan_to_text(workers_changed(4), options), R"(demo: 12 actions, 4 changed fields; the plan is complete

Changes of running nodes
  demo-worker-01
    ~ stop machine  restart                 machine demo-worker-01 has cpus 4
                                            instead of 2
    ~ resize machine to 2 CPUs, 4096 MiB  restart
        cpus 4 -> 2
    … wait to get an address                demo-worker-01 starts
  demo-worker-02 … -04 (3 nodes): the same steps

Total
  12 actions: 8 change (~), 4 wait (…)
  impact: 8 restart
  disturbed: demo-worker-01 … -04 (4 nodes)
  about 2 min 10 s
  longest chain: 3 steps, stop-machine demo-worker-01 → resize-machine →
                 await-address
)");
}

TEST(PlanText, ShowsEveryNodeWhenAskedTo) {
  RenderOptions options;
  options.full = true;
  const std::string text = plan_to_text(workers_changed(4), options);
  EXPECT_EQ(text.find("the same steps"), std::string::npos);
  EXPECT_NE(text.find("  demo-worker-04\n"), std::string::npos);
}

TEST(PlanText, TellsWhatIsRefusedAndWhatIsNotKnownAndWhatThatMeans) {
  Plan plan = workers_changed(1);
  plan.actions.resize(2);
  plan.blocked = {1};
  plan.refused = {{DeleteMachine{"demo-cp-01", "vm"}, "last-control-plane",
                   "demo-cp-01 is the last control plane: 1 -> 0 members; use `tbx destroy` to give the cluster up"}};
  plan.unknown = {{System::helm, "helm did not answer within 30 s"}};
  EXPECT_EQ(plan_to_text(plan, {}),
            R"(demo: 2 actions, 1 changed field, 1 refused; the plan is not complete

Changes of running nodes
  demo-worker-01
    ~ stop machine  restart                 machine demo-worker-01 has cpus 4
                                            instead of 2
    ~ resize machine to 2 CPUs, 4096 MiB  restart  blocked
        cpus 4 -> 2

Refused by a rule that keeps the cluster alive
  ✗ delete machine demo-cp-01 [last-control-plane]
      demo-cp-01 is the last control plane: 1 -> 0 members; use `tbx destroy` to
      give the cluster up
  1 action waits for something refused and is not started.

Not known, which is never taken as absent
  ? helm: helm did not answer within 30 s
      Addons are left as they are.

Total
  2 actions: 2 change (~)
  impact: 2 restart
  disturbed: demo-worker-01
)");
}

TEST(PlanText, NamesTheWorstFirstAndEverythingThatIsDisturbed) {
  Plan plan = test::plan_of({UpgradeRelease{"traefik"}, DrainNode{"c-worker-10"}, DeleteDisk{"c-worker-09", "d"},
                             LabelNode{"c-cp-01", {}, {}}});
  plan.actions[0].impact = Impact::restart;
  plan.actions[1].impact = Impact::disruptive;
  plan.actions[2].impact = Impact::data_loss;
  plan.actions[3].impact = Impact::in_place;
  EXPECT_TRUE(test::contains(plan_to_text(plan, {}), R"(
  impact: 1 DATA LOSS, 1 disruptive, 1 restart, 1 in place
  disturbed: c-worker-09, -10 (2 nodes), traefik
)"));
}

TEST(PlanText, MarksLossOfDataByWordAndColour) {
  Plan plan = test::plan_of({DeleteDisk{"c-worker-01", "disk"}});
  plan.actions[0].impact = Impact::data_loss;
  EXPECT_NE(plan_to_text(plan, {}).find("DATA LOSS"), std::string::npos);
  RenderOptions options;
  options.style.colour = true;
  EXPECT_NE(plan_to_text(plan, options).find("\x1b[1;37;41mDATA LOSS\x1b[0m"), std::string::npos);
}

TEST(PlanText, HasNoEscapeWithoutColourAndNoForeignOneEver) {
  Plan plan = test::plan_of({StartMachine{"c-worker-01", ""}});
  plan.actions[0].reason = "evil \x1b[2J reason";
  plan.actions[0].changes = {{"a\x1b", "\"\\u001b[31m\"", "1"}};
  EXPECT_EQ(plan_to_text(plan, {}).find('\x1b'), std::string::npos);
}

TEST(PlanText, StaysWithinAsciiWhenAskedTo) {
  RenderOptions options;
  options.style.ascii = true;
  options.longest_chain = {0, 1};
  Plan plan = workers_changed(9);
  plan.refused = {{DeleteMachine{"demo-cp-01", ""}, "protected", "it is"}};
  for (const char letter : plan_to_text(plan, options)) ASSERT_GE(letter, 0);
}

TEST(PlanText, OfAClusterFromNothingKeepsItsWidth) {
  const Plan plan = make_plan(test::small_cluster(3, 3, "cilium, metallb, traefik, monitoring"), test::empty_host());
  for (const int width : {60, 80, 120}) {
    RenderOptions options;
    options.style.width = width;
    EXPECT_LE(widest_line(plan_to_text(plan, options)), static_cast<std::size_t>(width));
  }
}

TEST(PlanText, OfAThousandNodesFitsOnTwoScreens) {
  const Plan plan = make_plan(test::spec_from("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: big}\n"
                                              "spec:\n  controlPlane: {count: 3}\n  workers: {count: 997}\n"
                                              "  network: {nodeSubnet: 10.77.0.0/16}\n"),
                              test::empty_host());
  EXPECT_GT(plan.actions.size(), 5000u);
  EXPECT_LE(line_count(plan_to_text(plan, {})), 100u);
}

TEST(PlanText, OfAThousandNodesUpgradedOverTwoMinorsFitsOnTwoScreens) {
  ClusterSpec spec = test::spec_from(
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: big}\n"
      "spec:\n  controlPlane: {count: 3}\n  workers: {count: 997}\n"
      "  network: {nodeSubnet: 10.77.0.0/16}\n");
  const Observed found = test::converged_world(spec);
  spec.talos_version = "v1.14.0";
  const Plan plan = make_plan(spec, found);
  EXPECT_GT(plan.actions.size(), 15'000u);
  EXPECT_LE(line_count(plan_to_text(plan, {})), 60u);
}

TEST(PlanText, ShortensTwoLongValuesOnlyWhereTheyDoNotFit) {
  Plan plan = test::plan_of({WriteTalosconfig{"c"}});
  plan.actions[0].changes = {{"endpoints", "\"10.0.0.1\"", "\"(the control planes' addresses, all of them)\""}};
  EXPECT_TRUE(test::contains(plan_to_text(plan, {}), "endpoints 10.0.0.1 -> (the control planes' addresses, all"));
  plan.actions[0].changes[0].from = "\"10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4\"";
  EXPECT_TRUE(test::contains(plan_to_text(plan, {}), "…"));
}

TEST(PlanText, FoldsALongListOfFields) {
  Plan plan = test::plan_of({UpgradeRelease{"traefik"}});
  for (int i = 0; i < 30; ++i) plan.actions[0].changes.push_back({"values.a" + std::to_string(i), "1", "2"});
  EXPECT_NE(plan_to_text(plan, {}).find("… and 20 more fields\n"), std::string::npos);
}

TEST(ValueText, ShowsJsonAsPeopleWriteIt) {
  EXPECT_EQ(value_text("null"), "(none)");
  EXPECT_EQ(value_text("\"off\""), "off");
  EXPECT_EQ(value_text("\"\""), "\"\"");
  EXPECT_EQ(value_text("[1,2]"), "[1,2]");
}

}  // namespace
}  // namespace tbx
