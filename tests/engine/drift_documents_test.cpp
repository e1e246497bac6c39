// Drift as Markdown, as JUnit's XML and as JSON.
#include <nlohmann/json.hpp>

#include "engine/drift.h"
#include "specs/schema_check.h"
#include "tests/support/command_line.h"
#include "tests/support/converged_world.h"
#include "tests/support/small_plans.h"
#include "tests/support/xml_tree.h"

namespace tbx {
namespace {

using test::contains;
using test::XmlElement;

Plan mixed_plan() {
  Plan plan = test::plan_of({ResizeMachine{"demo-worker-01", "", 2, 4096}, ResizeMachine{"demo-worker-02", "", 2, 4096},
                             UncordonNode{"demo-cp-01"}});
  plan.cluster = "demo";
  plan.actions[0].changes = plan.actions[1].changes = {{"cpus", "4", "2"}, {"mac", "\"00:15\"", "null"}};
  plan.actions[2].reason = "Node demo-cp-01 is cordoned";
  return plan;
}

Drift mixed_drift() {
  Plan plan = mixed_plan();
  plan.refused = {{DeleteMachine{"demo-old", ""}, "protected", "demo-old is protected"}};
  plan.unknown = {{System::helm, "helm timed out"}};
  return drift_of(plan);
}

TEST(DriftMarkdown, HasATableForEachThingThatDiffers) {
  EXPECT_EQ(drift_to_markdown(mixed_drift()), R"(### demo: 5 fields differ from the file

<code>demo-worker-01</code> and, in the same way, demo-worker-02

| field | is | should be | mended by |
|---|---|---|---|
| <code>cpus</code> | <code>4</code> | <code>2</code> | <code>resize-machine/demo-worker-01</code> |
| <code>mac</code> | <code>00:15</code> | not there | <code>resize-machine/demo-worker-01</code> |

<code>demo-cp-01</code>

| field | is | should be | mended by |
|---|---|---|---|
| | Node demo-cp-01 is cordoned | | <code>uncordon-node/demo-cp-01</code> |

> [!CAUTION]
> Refused by a rule that keeps the cluster alive:
> - delete machine demo-old (<code>protected</code>): demo-old is protected

> [!WARNING]
> Not known, which is never taken as absent:
> - helm: helm timed out. Addons are left as they are.

`tbx plan` shows what would be done about it, `tbx apply` does it.
)");
}

TEST(DriftMarkdown, SaysThatNothingDiffers) {
  EXPECT_EQ(drift_to_markdown(drift_of(test::plan_of({}))), "### c: as its file says\n");
}

TEST(DriftMarkdown, KeepsTextOfOthersInItsCell) {
  Plan plan = test::plan_of({UpgradeRelease{"app"}});
  plan.actions[0].changes = {{"a|b", "\"</td>`|`\\n| x\"", "\"<script>\""}};
  EXPECT_TRUE(contains(drift_to_markdown(drift_of(plan)),
                       "\n| <code>a&#124;b</code> | <code>&lt;/td&gt;\\`&#124;\\` &#124; x</code> | "
                       "<code>&lt;script&gt;</code> | <code>upgrade-release/app</code> |\n"));
}

TEST(DriftMarkdown, StaysBelowItsLimitAndCountsWhatIsLeftOut) {
  Plan plan = test::plan_of({});
  for (int i = 0; i < 2000; ++i) {
    plan.actions.push_back({UpgradeRelease{"release-" + std::to_string(i) + "x"}, "because", Impact::restart, {}});
    plan.actions.back().changes = {{"field", "\"" + std::string(200, 'v') + "\"", "1"}};
  }
  plan.refused = {{DeleteMachine{"old", ""}, "protected", "old is protected"}};
  const std::string text = drift_to_markdown(drift_of(plan));
  EXPECT_LE(text.size(), longest_markdown);
  EXPECT_TRUE(contains(text, "more lines left out"));
  EXPECT_TRUE(contains(text, "old is protected"));
}

XmlElement suite_of(const Drift& drift, const ClusterSpec& wanted) {
  const std::string text = drift_to_junit(drift, wanted);
  const auto root = test::read_xml(text);
  EXPECT_TRUE(root) << root.error() << "\n" << text;
  if (!root || root->name != "testsuites" || root->children.size() != 1) return {};
  return root->children.front();
}

std::string attribute(const XmlElement& element, const std::string& name) {
  const auto found = element.attributes.find(name);
  return found == element.attributes.end() ? "(none)" : found->second;
}

/// "demo-worker-01 cpus: failure drift", a line for each case.
std::string outline_of(const XmlElement& suite) {
  std::string text;
  for (const XmlElement& each : suite.children) {
    text += attribute(each, "classname") + " " + attribute(each, "name") + ":";
    for (const XmlElement& result : each.children) text += " " + result.name + " " + attribute(result, "type");
    text += "\n";
  }
  return text;
}

TEST(DriftJunit, HasACaseForEachThingComparedAndIsGreenWhenNothingDiffers) {
  const ClusterSpec wanted = test::small_cluster(1, 1, "cilium");
  const XmlElement suite = suite_of(drift_of(make_plan(wanted, test::converged_world(wanted))), wanted);
  EXPECT_EQ(outline_of(suite),
            "demo-cp-01 as the file says:\ndemo-worker-01 as the file says:\ncilium as the file says:\n"
            "demo as the file says:\n");
  EXPECT_EQ(attribute(suite, "name"), "demo");
  EXPECT_EQ(attribute(suite, "tests"), "4");
  EXPECT_EQ(attribute(suite, "failures"), "0");
  EXPECT_EQ(attribute(suite, "errors"), "0");
}

TEST(DriftJunit, FailsForWhatDiffersAndPassesForTheRest) {
  const XmlElement suite = suite_of(drift_of(mixed_plan()), test::small_cluster(1, 3));
  EXPECT_EQ(outline_of(suite),
            "demo-worker-01 cpus: failure drift\ndemo-worker-01 mac: failure drift\n"
            "demo-worker-02 cpus: failure drift\ndemo-worker-02 mac: failure drift\n"
            "demo-cp-01 as a whole: failure drift\n"
            "demo-worker-03 as the file says:\ndemo as the file says:\n");
  const XmlElement& failure = suite.children.front().children.front();
  EXPECT_EQ(attribute(failure, "message"), "is 4, should be 2");
  EXPECT_EQ(failure.text,
            "demo-worker-01: cpus is 4, should be 2\nReason: because\nMended by: resize-machine/demo-worker-01");
  EXPECT_EQ(attribute(suite, "failures"), "5");
}

TEST(DriftJunit, GivesNobodyAGoodMarkWhileSomethingIsNotKnown) {
  const XmlElement suite = suite_of(mixed_drift(), test::small_cluster(1, 3));
  EXPECT_TRUE(contains(outline_of(suite),
                       "demo-old delete machine demo-old: failure protected\n"
                       "helm could be observed: error unknown\n"
                       "demo-worker-03 as the file says: skipped (none)\n"));
  EXPECT_EQ(attribute(suite, "errors"), "1");
  EXPECT_EQ(attribute(suite, "skipped"), "2");
}

TEST(DriftJunit, KeepsTextOfOthersOutOfTheMarkup) {
  Plan plan = test::plan_of({UpgradeRelease{"app"}, UncordonNode{"n"}});
  plan.actions[0].changes = {{"a\"b<c>", "\"]]></failure>\\u0001\"", "\"&amp;\""}};
  plan.actions[1].reason = "bell\x07, \xEF\xBF\xBF and \xC3 and 'quotes'\nin two lines";
  const XmlElement suite = suite_of(drift_of(plan), {});
  ASSERT_EQ(suite.children.size(), 3U);
  EXPECT_EQ(attribute(suite.children[0], "name"), "a\"b<c>");
  EXPECT_EQ(attribute(suite.children[0].children[0], "message"), "is ]]></failure> , should be &amp;");
  EXPECT_EQ(attribute(suite.children[1].children[0], "message"), "bell , \uFFFD and \uFFFD and 'quotes' in two lines");
}

TEST(DriftJson, FitsItsSchema) {
  for (const Drift& drift : {mixed_drift(), drift_of(test::plan_of({}))}) {
    EXPECT_EQ(schema_violations(nlohmann::json::parse(drift_to_json(drift)), "drift"), std::vector<std::string>{});
  }
}

TEST(DriftJson, TheSchemaHoldsAgainstAFieldTooManyOrTooFew) {
  nlohmann::json document = nlohmann::json::parse(drift_to_json(mixed_drift()));
  document["fields"][0]["colour"] = "red";
  EXPECT_FALSE(schema_violations(document, "drift").empty());
  document["fields"][0].erase("colour");
  document["fields"][0].erase("to");
  EXPECT_FALSE(schema_violations(document, "drift").empty());
}

TEST(XmlReader, TellsATextThatIsNotWellFormed) {
  const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  EXPECT_TRUE(test::read_xml(head + "<a b=\"1\"><c/>x &lt;</a>\n"));
  for (const std::string text : {"", "<a>", "<a></b>", "<a b=\"1\" b=\"2\"/>", "<a b=\"<\"/>", "<a>&nbsp;</a>",
                                 "<a>\x01</a>", "<a/><b/>", "<a b=\"1\"c=\"2\"/>"}) {
    EXPECT_FALSE(test::read_xml(head + text)) << text;
  }
}

}  // namespace
}  // namespace tbx
