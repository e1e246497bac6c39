// How near an apply comes to what is possible within the limits.
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/support/command_line.h"

namespace tbx::test {
namespace {

class LowerBound : public CommandTest {
 protected:
  static void copy_example(const std::string& name) {
    std::filesystem::copy(std::filesystem::path(TBX_SOURCE_DIR) / "examples" / name, ".",
                          std::filesystem::copy_options::recursive);
  }

  static int run_script(const std::string& arguments) {
    return std::system(fmt::format("'{}/scripts/lower_bound.py' {} >said.txt 2>&1", TBX_SOURCE_DIR, arguments).c_str());
  }

  static bool has_python() { return std::system("python3 --version >said.txt 2>&1") == 0; }
};

TEST_F(LowerBound, OfEachExampleIsMissedByLessThanFivePercent) {
  for (const std::string example : {"ha", "sandbox", "single", "pools"}) {
    copy_example(example);
    const auto plan = nlohmann::json::parse(expect(0, "plan cluster.yaml --sim w.json --format json").out);
    EXPECT_GT(plan["lower_bound_s"], 60) << example;
    EXPECT_GE(plan["estimate_s"], plan["lower_bound_s"]) << example;
    EXPECT_LE(plan["estimate_s"], 1.05 * plan["lower_bound_s"].get<double>()) << example;
    for (const auto& entry : std::filesystem::directory_iterator(".")) std::filesystem::remove_all(entry.path());
  }
}

TEST_F(LowerBound, IsTheSameForAScriptThatReadsThePlanAndTheJournal) {
  if (!has_python()) GTEST_SKIP() << "there is no python3 here";
  copy_example("ha");
  write("plan.json", expect(0, "plan cluster.yaml --sim w.json --format json").out);
  EXPECT_EQ(run_script("plan.json"), 0) << read("said.txt");
  const std::string applied = expect(0, "apply cluster.yaml --sim w.json --yes --events journal.jsonl").out;
  EXPECT_TRUE(contains(applied, "No order within the limits takes less than 8 min"));
  EXPECT_TRUE(contains(applied, "The plan's estimates came to 11 min 55 s, and no order to less than 11 min 55 s."));
  EXPECT_EQ(run_script("plan.json --journal journal.jsonl"), 0) << read("said.txt");
}

TEST_F(LowerBound, IsNotBelievedByTheScriptWhenThePlanSaysAnother) {
  if (!has_python()) GTEST_SKIP() << "there is no python3 here";
  expect(0, "init");
  auto plan = nlohmann::json::parse(expect(0, "plan cluster.yaml --sim w.json --format json").out);
  plan["lower_bound_s"] = 1;
  write("plan.json", plan.dump());
  EXPECT_NE(run_script("plan.json"), 0);
  EXPECT_TRUE(contains(read("said.txt"), "one of the two is wrong"));
}

TEST_F(LowerBound, IsExplainedByTheScriptWhereItIsMissed) {
  if (!has_python()) GTEST_SKIP() << "there is no python3 here";
  expect(0, "init");
  auto plan = nlohmann::json::parse(expect(0, "plan cluster.yaml --sim w.json --format json").out);
  plan["estimate_s"] = 2 * plan["lower_bound_s"].get<double>();
  write("plan.json", plan.dump());
  EXPECT_NE(run_script("plan.json"), 0);
  EXPECT_TRUE(contains(read("said.txt"), "A faster schedule exists."));
}

}  // namespace
}  // namespace tbx::test
