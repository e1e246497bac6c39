// A plan for a pull request.
#include "engine/render_markdown.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(plan_to_markdown(plan, 65), R"(### Plan for c

| actions | kinds | impact | refused | not known | time |
|---|---|---|---|---|---|
| 3 | 2 change, 1 remove | 1 restart, 1 DATA LOSS | 1 | 1 | about 1 min 5 s |

> [!CAUTION]
> Refused by a rule that keeps the cluster alive:
> - delete machine c-cp-01 (`last-control-plane`): 1 -&gt; 0 control planes

> [!WARNING]
> The plan is not complete. Not known:
> - helm: helm timed out. Addons are left as they are.

### What disturbs

- **DATA LOSS** delete disk of c-worker-02 (d): because
- **restart** stop machine c-worker-02: because

<details><summary>3 actions</summary>

**Machines**

- start machine c-worker-01: because

**Removal**

- stop machine c-worker-02 **restart**: because
  - `cpus` `4` → `2`
- delete disk of c-worker-02 (d) **DATA LOSS**: because

</details>
)");
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
  EXPECT_NE(text.find("### What disturbs"), std::string::npos);
  EXPECT_TRUE(text.ends_with("</details>\n"));
}

TEST(PlanMarkdown, ShowsMarkupOfOthersAsText) {
  Plan plan = test::plan_of({StartMachine{"c-worker-01", ""}});
  plan.actions[0].reason = "<img src=x> @team **loud** | cell";
  plan.actions[0].changes = {{"a`b", "\"|\"", "1"}};
  const std::string text = plan_to_markdown(plan);
  EXPECT_NE(text.find(R"(&lt;img src=x&gt; &#64;team \*\*loud\*\* \| cell)"), std::string::npos) << text;
  EXPECT_NE(text.find("`a'b` `\\|` → `1`"), std::string::npos) << text;
}

}  // namespace
}  // namespace tbx
