// A plan as a graph for Graphviz.
#include "engine/render_dot.h"

#include <cstdlib>

#include "engine/graph.h"
#include "engine/schedule.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"
#include "tests/support/dot_graph.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using test::DotGraph;

DotGraph graph_of(const Plan& plan, const DotOptions& options = {}) {
  const std::string text = plan_to_dot(plan, options);
  const auto graph = test::read_dot(text);
  EXPECT_TRUE(graph) << graph.error() << "\n" << text;
  return graph.value_or(DotGraph{});
}

Plan mixed_plan() {
  Plan plan = test::plan_of({StopMachine{"n-01", ""}, ResizeMachine{"n-01", "", 2, 4096}, StartMachine{"n-01", ""},
                             AwaitNode{"n-01"}, DeleteDisk{"n-02", "d"}},
                            {{0, 1}, {0, 2}, {1, 2}, {2, 3}});
  plan.actions[0].impact = Impact::restart;
  plan.actions[4].impact = Impact::data_loss;
  plan.blocked = {4};
  plan.refused = {{DeleteMachine{"n-02", ""}, "not-ours", "it has no mark"}};
  plan.unknown = {{System::helm, "helm timed out"}};
  return plan;
}

TEST(PlanDot, LabelsEachActionAndSaysItsImpactInWordsAndByShape) {
  DotGraph graph = graph_of(mixed_plan());
  EXPECT_EQ(graph.nodes["stop-machine/n-01"]["label"], "stop-machine\nrestart");
  EXPECT_EQ(graph.nodes["stop-machine/n-01"]["shape"], "hexagon");
  EXPECT_EQ(graph.nodes["start-machine/n-01"]["label"], "start-machine");
  EXPECT_EQ(graph.nodes["await-node/n-01"]["label"], "await-node");
  EXPECT_EQ(graph.nodes["await-node/n-01"]["style"], "filled,dashed");
  EXPECT_EQ(graph.nodes["delete-disk/n-02"]["label"], "delete-disk\nn-02\nDATA LOSS\nblocked");
  EXPECT_EQ(graph.nodes["delete-disk/n-02"]["tooltip"], "because");
}

TEST(PlanDot, PutsActionsIntoBoxesByPhaseAndNode) {
  const std::vector<std::string> labels{"n-01", "Changes of running nodes", "Removal",
                                        "Refused by a rule that keeps the cluster alive",
                                        "Not known, which is never taken as absent"};
  EXPECT_EQ(graph_of(mixed_plan()).box_labels, labels);
}

TEST(PlanDot, DrawsEachTurnOfANodeByItself) {
  Plan plan = test::plan_of({DrainNode{"n-01"}, UncordonNode{"n-01"}, DrainNode{"n-01"}}, {{0, 1}, {1, 2}});
  plan.actions[2].turn = 2;
  DotGraph graph = graph_of(plan);
  EXPECT_EQ(graph.nodes.size(), 3U);
  EXPECT_TRUE(graph.nodes.contains("drain-node/n-01#2"));
}

TEST(PlanDot, ShowsWhatIsRefusedAndNotKnown) {
  DotGraph graph = graph_of(mixed_plan());
  EXPECT_EQ(graph.nodes["refused 1"]["label"], "✗ delete-machine\nn-02\n[not-ours]");
  EXPECT_EQ(graph.nodes["refused 1"]["tooltip"], "it has no mark");
  EXPECT_EQ(graph.nodes["unknown 1"]["label"], "? helm\nhelm timed out");
}

TEST(PlanDot, DrawsNoArrowThatOthersImplyAndNumbersTheLongestChain) {
  DotGraph graph = graph_of(mixed_plan(), {.estimate_seconds = 65, .longest_chain = {0, 1, 2, 3}});
  EXPECT_EQ(graph.edges.size(), 3U);
  EXPECT_FALSE(graph.edges.contains({"stop-machine/n-01", "start-machine/n-01"}));
  EXPECT_EQ((graph.edges[{"stop-machine/n-01", "resize-machine/n-01"}]["penwidth"]), "3");
  EXPECT_EQ(graph.nodes["resize-machine/n-01"]["label"], "2. resize-machine");
  EXPECT_EQ(graph.nodes["delete-disk/n-02"].count("penwidth"), 0U);
}

TEST(PlanDot, DrawsTheWholeLongestChainWhereAStepTakesNoTime) {
  DotGraph graph = graph_of(mixed_plan(), {.longest_chain = {0, 2, 3}});
  EXPECT_TRUE(graph.edges.contains({"stop-machine/n-01", "start-machine/n-01"}));
}

TEST(PlanDot, KeepsTextOfOthersInItsQuotes) {
  Plan plan = test::plan_of({StartMachine{"a\"] b [c=\"", ""}, StartMachine{"back\\slash\\", ""}}, {{0, 1}});
  plan.cluster = "c\"; x";
  plan.actions[0].reason = "two\nlines\x1b &lt; \\N";
  DotGraph graph = graph_of(plan);
  EXPECT_EQ(graph.name, "c\"; x");
  EXPECT_EQ(graph.nodes["start-machine/a\"] b [c=\""]["tooltip"], "two\nlines  &amp;lt; \\N");
  EXPECT_TRUE(graph.edges.contains({"start-machine/a\"] b [c=\"", "start-machine/back\\slash\\"}));
}

TEST(PlanDot, OfNothingToDoIsAGraphToo) {
  EXPECT_TRUE(graph_of(test::plan_of({})).nodes.empty());
  EXPECT_TRUE(test::contains(plan_to_dot(test::plan_of({}), {}), "label=\"c: nothing to do\""));
}

Plan whole_plan() {
  return make_plan(test::small_cluster(3, 2, "cilium, metallb, traefik, monitoring"), test::empty_host());
}

DotOptions options_of(const Plan& plan) {
  return {simulated_makespan(plan), longest_chain(plan.actions.size(), plan.dependencies, estimated_seconds(plan))};
}

TEST(PlanDot, OfAWholeClusterHoldsEachActionOnceAndIsTheSameBytesEachTime) {
  const Plan plan = whole_plan();
  EXPECT_EQ(graph_of(plan, options_of(plan)).nodes.size(), plan.actions.size());
  EXPECT_EQ(plan_to_dot(plan, options_of(plan)), plan_to_dot(whole_plan(), options_of(plan)));
}

class PlanDotWithGraphviz : public test::CommandTest {};

TEST_F(PlanDotWithGraphviz, IsTakenWithoutAWarning) {
  if (std::system("dot -V 2> version.txt") != 0) GTEST_SKIP() << "Graphviz is not installed";
  Plan hostile = mixed_plan();
  std::get<StartMachine>(hostile.actions[2].op).target = "a\"] b\\ <b>&lt;";
  for (const Plan& plan : {whole_plan(), mixed_plan(), hostile, test::plan_of({})}) {
    write("plan.dot", plan_to_dot(plan, options_of(plan)));
    EXPECT_EQ(std::system("dot -Tsvg -o plan.svg plan.dot 2> said.txt"), 0);
    EXPECT_EQ(read("said.txt"), "");
  }
}

TEST(DotReader, TellsATextThatIsNoGraph) {
  for (const std::string text :
       {"", "digraph a {", "digraph a { \"b }", "digraph a { b -> c }", "digraph a { b [x] }", "digraph a { b b }",
        "digraph a { b; }", "digraph a {} x", "graph a {}", "digraph a { b [x=1 y=2] }"}) {
    EXPECT_FALSE(test::read_dot(text)) << text;
  }
  EXPECT_TRUE(test::read_dot("digraph a { b [x=1, y=\"2\"] c b -> c }"));
}

}  // namespace
}  // namespace tbx
