// A plan for a pull request.
#include "engine/render_markdown.h"

#include <gtest/gtest.h>

#include "tests/support/command_line.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

TEST(PlanMarkdown, PutsWhatDisturbsBeforeTheDetails) {
  Plan plan =
      test::plan_of({StartMachine{"c-worker-01", ""}, StopMachine{"c-worker-02", ""}, DeleteDisk{"c-worker-02", "d"}});
  plan.actions[1].impact = Impact::restart;
  plan.actions[2].impact = Impact::data_loss;
  plan.actions[1].changes = {{"cpus", "4", "2"}};
  plan.refused = {{DeleteMachine{"c-cp-01", ""}, "last-control-plane", "1 -> 0 control planes"}};
  plan.unknown = {{System::helm, "helm timed out."}};
  plan.blocked = {2};
  EXPECT_EQ(plan_to_markdown(plan, 65), R"(### Plan for c: 3 actions

**0 create, 2 change, 1 remove** · about 1 min 5 s · **1 refused** · **the plan is not complete**

Impact: 1 DATA LOSS, 1 restart; disturbed: c-worker-02

#### What disturbs

- **DATA LOSS** delete disk of c-worker-02 (d): because
- **restart** stop machine c-worker-02: because

> [!CAUTION]
> Refused by a rule that keeps the cluster alive:
> - delete machine c-cp-01 (<code>last-control-plane</code>): 1 -&gt; 0 control planes

1 action waits for what is refused, and will not start.

> [!WARNING]
> Not known, which is never taken as absent:
> - helm: helm timed out. Addons are left as they are.

<details><summary>All 3 actions, by phase</summary>

**Machines**

- <code>\~</code> start machine c-worker-01: because

**Removal**

- <code>c-worker-02</code>
  - <code>\~</code> stop machine **restart**: because
    - <code>cpus</code> <code>4</code> → <code>2</code>
  - <code>-</code> delete disk (d) **DATA LOSS** **blocked**

</details>
)");
}

TEST(PlanMarkdown, NamesOnceWhatDisturbsManyNodesInTheSameWay) {
  Plan plan = test::plan_of({DrainNode{"c-worker-01"}, DrainNode{"c-worker-02"}, DrainNode{"c-worker-03"}});
  for (Action& action : plan.actions) action.impact = Impact::disruptive;
  const std::string text = plan_to_markdown(plan);
  EXPECT_TRUE(test::contains(text,
                             "\n- **disruptive** cordon and drain node c-worker-01, the same on c-worker-02, -03 "
                             "(2 nodes): because\n\n<details>"));
  EXPECT_TRUE(test::contains(text, "\n- c-worker-02, -03 (2 nodes): the same steps\n"));
}

TEST(PlanMarkdown, SaysWhenNothingIsDisturbed) {
  const std::string text = plan_to_markdown(test::plan_of({AwaitNode{"c-cp-01"}}));
  EXPECT_TRUE(test::contains(text, R"(
**0 create, 0 change, 0 remove** · 1 wait · the plan is complete

Nothing that runs is disturbed.
)"));
  EXPECT_EQ(text.find("What disturbs"), std::string::npos);
}

TEST(PlanMarkdown, SaysThatNothingIsToDo) {
  EXPECT_EQ(plan_to_markdown(test::plan_of({})), "### c: nothing to do\n\nIt matches its file.\n");
}

TEST(PlanMarkdown, StaysBelowItsLimitAndCountsWhatIsLeftOut) {
  Plan plan;
  plan.cluster = "c";
  for (int i = 0; i < 3000; ++i) {
    plan.actions.push_back({UpgradeRelease{"release-" + std::to_string(i)}, std::string(60, 'r'), Impact::restart, {}});
    plan.refused.push_back({UninstallRelease{"old-" + std::to_string(i), "n"}, "protected", "it is"});
  }
  const std::string text = plan_to_markdown(plan);
  EXPECT_LE(text.size(), longest_markdown);
  EXPECT_NE(text.find("more lines left out"), std::string::npos);
  EXPECT_NE(text.find("#### What disturbs"), std::string::npos);
  EXPECT_TRUE(text.ends_with("</details>\n"));
}

TEST(PlanMarkdown, ShowsMarkupOfOthersAsText) {
  Plan plan = test::plan_of({StartMachine{"c-worker-01", ""}});
  plan.actions[0].reason = "</details> <img src=x> @team **loud** see #7\n\n# title";
  plan.actions[0].changes = {{"a`b", "\"|\"", "\"</code>\""}};
  const std::string text = plan_to_markdown(plan);
  EXPECT_TRUE(test::contains(text,
                             "&lt;/details&gt; &lt;img src=x&gt; @\u2060team \\*\\*loud\\*\\* "
                             "see \\#\u20607  \\#\u2060 title\n"));
  EXPECT_TRUE(test::contains(text, "<code>a\\`b</code> <code>&#124;</code> → <code>&lt;/code&gt;</code>\n"));
}

TEST(PlanMarkdown, CutsWhatOneReasonWouldFillThePageWith) {
  Plan plan = test::plan_of({StartMachine{"c-worker-01", ""}, StartMachine{"d", ""}});
  plan.actions[0].reason = std::string(100'000, 'r');
  const std::string text = plan_to_markdown(plan);
  EXPECT_TRUE(test::contains(text, "rrr…\n"));
  EXPECT_TRUE(test::contains(text, "start machine d: because\n"));
}

}  // namespace
}  // namespace tbx
