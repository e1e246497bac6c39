// Why an action is there, what it rests on, what it does, and what if it fails: in sentences.
#include "engine/explain.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/explain_parts.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"

namespace tbx {
namespace {

using test::contains;
using test::converged_world;
using test::small_cluster;

struct World {
  ClusterSpec wanted;
  Observed found;
  PlanTrace trace = {};
  Plan plan = make_plan_tracing(wanted, found, trace);

  Explanation explain(const std::string& word) const {
    const auto item = find_plan_item(plan, word);
    EXPECT_TRUE(item) << (item ? "" : item.error());
    return item ? explain_item({plan, trace, wanted, found, "a test"}, *item) : Explanation{};
  }
  std::string text(const std::string& word) const { return explanation_to_text(explain(word), {.ascii = true}); }
};

/// The lines of the section whose heading begins so, without the lines' breaks: `label: text`.
std::vector<std::string> section(const Explanation& explanation, std::string_view heading) {
  std::vector<std::string> lines;
  for (const ExplainedSection& each : explanation.sections) {
    if (!each.heading.starts_with(heading)) continue;
    for (const ExplainedLine& line : each.lines) {
      lines.push_back(line.label.empty() ? line.text : line.label + ": " + line.text);
    }
  }
  return lines;
}

testing::AssertionResult has(const std::vector<std::string>& lines, const std::string& wanted) {
  if (std::ranges::find(lines, wanted) != lines.end()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no line \"" << wanted << "\" in:\n"
                                     << fmt::format("{}", fmt::join(lines, "\n"));
}

World three_to_one() { return {small_cluster(1, 1), converged_world(small_cluster(3, 1))}; }

TEST(Explain, SaysWhyWithEachChangedFieldAndTheImpactInWords) {
  World world{small_cluster(1, 1), converged_world(small_cluster(1, 1))};
  test::machine_named(world.found, "demo-worker-01").cpu_count = 4;
  world.plan = make_plan_tracing(world.wanted, world.found, world.trace);
  EXPECT_EQ(section(world.explain("resize-machine"), "Why"),
            (std::vector<std::string>{"machine demo-worker-01 has cpus 4 instead of 2", "cpus: 4 -> 2",
                                      "impact: restart: what runs there is away for a while"}));
}

TEST(Explain, NamesTheFactsOfEachSystemWithTheirIdentities) {
  const World world = three_to_one();
  const Machine* machine = &world.found.host.machines[2];
  const auto facts = section(world.explain("leave-etcd/demo-cp-03"), "Facts it rests on, from a test");
  EXPECT_TRUE(has(facts, fmt::format("Hyper-V: machine demo-cp-03 is running: 2 CPUs, 4096 MiB, address {} (VM ID {})",
                                     machine->dhcp_address, machine->id)));
  EXPECT_TRUE(has(facts, "Hyper-V: disk of demo-cp-03: 20 GiB, attached, holds data"));
  EXPECT_TRUE(has(facts,
                  "etcd: 3 voting members, 3 healthy, leader demo-cp-01; all lists agree (each member's list and "
                  "status)"));
  const auto of_node = section(world.explain("drain-node/demo-cp-03"), "Facts");
  EXPECT_TRUE(has(of_node, fmt::format("Kubernetes: Node demo-cp-03 is Ready (system UUID {})", machine->bios_guid)));
}

TEST(Explain, ShowsTheArithmeticByTheMembersAsThePlanLeavesThem) {
  const World world = three_to_one();
  const auto first = section(world.explain("leave-etcd/demo-cp-03"), "Rules");
  EXPECT_TRUE(has(first,
                  "etcd-quorum: 3 -> 2 members, tolerates 0 failures: 2 of the 2 that stay are healthy, 2 are "
                  "needed"));
  EXPECT_TRUE(has(first, "last-control-plane: 2 control planes of ours exist beside it"));
  EXPECT_TRUE(has(first, "protected: no: the file does not protect demo-cp-03"));
  const auto second = section(world.explain("leave-etcd/demo-cp-02"), "Rules");
  EXPECT_TRUE(has(second, "judged by etcd as the steps before it leave it: demo-cp-01, demo-cp-02"));
  EXPECT_TRUE(has(second,
                  "etcd-quorum: 2 -> 1 member, tolerates 0 failures: 1 of the 1 that stay is healthy, 1 is "
                  "needed"));
}

TEST(Explain, SaysWhomItWaitsForAndTheLongestChainThroughIt) {
  const World world = three_to_one();
  const auto order = section(world.explain("leave-etcd/demo-cp-03"), "Order");
  EXPECT_TRUE(has(order, "it waits for: hand-over-leadership/demo-cp-03"));
  EXPECT_TRUE(has(order, "waits for it: stop-machine/demo-cp-03"));
  EXPECT_TRUE(has(order, "time: about 28 s until it starts, 10 s for itself, 1 min 29 s after it"));
  EXPECT_TRUE(contains(world.text("leave-etcd/demo-cp-03"),
                       "longest chain  17 steps: write-talosconfig demo -> snapshot-etcd demo-cp-03 ->"));
}

TEST(Explain, SaysWhatComesOfAFailureAndWhereTheSnapshotIs) {
  World world{small_cluster(1, 1), converged_world(small_cluster(3, 1))};
  world.wanted.deadline_seconds["leave-etcd"] = 90;
  const auto failure = section(world.explain("leave-etcd/demo-cp-03"), "If it fails");
  EXPECT_TRUE(has(failure, "deadline: 1 min 30 s for all attempts together (the file's deadlines.leave-etcd)"));
  EXPECT_TRUE(has(failure,
                  "skipped: 12 actions that wait for it, and nothing else: stop-machine/demo-cp-03, "
                  "delete-node/demo-cp-03, delete-machine/demo-cp-03 and 9 more"));
  EXPECT_TRUE(has(failure,
                  "no way back: The etcd data on demo-cp-03 is gone for good; the other members hold the same, and "
                  "the snapshot taken before it lies in _out/demo/snapshots."));
}

TEST(Explain, ARefusedActionShowsTheRuleThatRefusedItAndThoseItPassedBefore) {
  World world{small_cluster(3, 1), converged_world(small_cluster(5, 1))};
  world.found.etcd.members[1].healthy = false;
  world.found.etcd.members[2].healthy = false;
  world.plan = make_plan_tracing(world.wanted, world.found, world.trace = {});
  const Explanation explanation = world.explain("leave-etcd/demo-cp-05");
  const auto rules = section(explanation, "Why it is refused");
  EXPECT_TRUE(has(rules, "last-control-plane: 4 control planes of ours exist beside it"));
  EXPECT_EQ(rules.back(),
            "etcd-quorum: 5 -> 4 members, tolerates 1 failure: only 2 of the 4 that stay are healthy, 3 are "
            "needed");
  EXPECT_FALSE(section(explanation, "What it would do").empty());
  EXPECT_TRUE(explanation.complete);
}

TEST(Explain, AnUnknownFactIsShownAsUnknownWithItsReason) {
  World world{small_cluster(1, 1), test::empty_host()};
  world.found.etcd = {};
  world.found.talos_presence = Presence::unknown;
  world.found.talos_reason = "talosctl was not found";
  world.plan = make_plan_tracing(world.wanted, world.found, world.trace = {});
  const Explanation explanation = world.explain("apply-config/demo-worker-01");
  EXPECT_TRUE(has(section(explanation, "Facts"), "Talos: not known: talosctl was not found"));
  EXPECT_FALSE(explanation.complete);
  EXPECT_TRUE(world.explain("create-disk/demo-worker-01").complete);
}

TEST(Explain, FindsAnActionByItsIdABeginningItsOpOrItsTarget) {
  const World world = three_to_one();
  EXPECT_EQ(find_plan_item(world.plan, "leave-etcd/demo-cp-03"), find_plan_item(world.plan, "leave-etcd/demo-cp-03"));
  EXPECT_TRUE(find_plan_item(world.plan, "leave-etcd/demo-cp-02").value().action);
  EXPECT_EQ(find_plan_item(world.plan, "leave-etcd").error(),
            "\"leave-etcd\" may be each of 2 actions: leave-etcd/demo-cp-03, leave-etcd/demo-cp-02");
  EXPECT_EQ(find_plan_item(world.plan, "laeve-etcd/demo-cp-3").error(),
            "the plan has no action \"laeve-etcd/demo-cp-3\": did you mean \"leave-etcd/demo-cp-03\"?");
  EXPECT_EQ(find_plan_item(world.plan, "zzz").error(), "the plan has no action \"zzz\"");
  EXPECT_EQ(find_plan_item(world.plan, "").error(), "the plan has no action \"\"");
  EXPECT_EQ(find_plan_item(Plan{}, "x").error(), "the plan has no actions, so none is \"x\"");
  const World sandbox{small_cluster(1, 1), test::empty_host()};
  const auto bootstrap = find_plan_item(sandbox.plan, "boots").value().action;
  ASSERT_TRUE(bootstrap);
  EXPECT_EQ(id_of(sandbox.plan.actions[*bootstrap]), "bootstrap-etcd/demo-cp-01");
}

template <std::size_t... index>
std::vector<Op> one_of_each(std::index_sequence<index...>) {
  return {Op{std::in_place_index<index>}...};
}

TEST(Explain, EveryOpHasItsSteps) {
  for (const Op& op : one_of_each(std::make_index_sequence<std::variant_size_v<Op>>())) {
    const std::vector<std::string> steps = steps_of(op);
    EXPECT_FALSE(steps.empty()) << id_of(op);
    EXPECT_LE(steps.size(), 4u) << id_of(op);
    for (const std::string& step : steps) EXPECT_FALSE(step.empty() || step.ends_with('.')) << id_of(op) << step;
  }
}

TEST(Explain, AnyOpWhoseImpactIsDataLossSaysWhatIsGone) {
  const World world = three_to_one();
  for (const Action& action : world.plan.actions) {
    const bool says_so = !no_way_back(action.op, world.wanted).empty();
    EXPECT_TRUE(says_so || action.impact != Impact::data_loss) << id_of(action);
  }
}

TEST(Explain, StaysWithin80Columns) {
  const World world{small_cluster(3, 2, "cilium, metallb, traefik"), test::empty_host()};
  for (const Action& action : world.plan.actions) {
    std::istringstream lines(world.text(id_of(action)));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80u) << line;
  }
}

TEST(Explain, TracingChangesNothingOfThePlan) {
  const World world = three_to_one();
  EXPECT_EQ(world.plan, make_plan(world.wanted, world.found));
}

}  // namespace
}  // namespace tbx
