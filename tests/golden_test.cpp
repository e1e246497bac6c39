// Each folder of golden/ is a case: spec.yaml and observed.json give plan.txt and plan.json, byte for byte.
// TBX_ACCEPT=1 rewrites the expected files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/graph.h"
#include "engine/observed_json.h"
#include "engine/render_json.h"
#include "engine/render_text.h"
#include "engine/schedule.h"
#include "specs/load.h"
#include "specs/mask.h"
#include "specs/schema_check.h"
#include "specs/spec_json.h"

namespace tbx {
namespace {

namespace fs = std::filesystem;

const fs::path golden_folder = fs::path(TBX_SOURCE_DIR) / "tests" / "golden";

std::vector<std::string> golden_cases() {
  std::vector<std::string> cases;
  if (!fs::exists(golden_folder)) return cases;
  for (const auto& entry : fs::directory_iterator(golden_folder)) {
    if (entry.is_directory()) cases.push_back(entry.path().filename().string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Rendered {
  std::string text;
  std::string json;
};

/// As `tbx plan spec.yaml --from observed.json` does it, for a log of 80 columns.
Rendered render(const fs::path& folder) {
  const LoadedSpec loaded = load_cluster_file(folder / "spec.yaml");
  EXPECT_TRUE(loaded.spec) << format_problems(loaded.problems, loaded.sources);
  const auto snapshot = snapshot_from_json(read(folder / "observed.json"), "observed.json");
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  if (!loaded.spec || !snapshot) return {};
  const ClusterSpec wanted = masked(*loaded.spec, nullptr);
  const Plan plan = make_plan(wanted, snapshot->observed);
  RenderOptions options;
  options.estimate_seconds = simulated_makespan(plan);
  options.longest_chain = longest_chain(plan.actions.size(), plan.dependencies, estimated_seconds(plan));
  return {plan_to_text(plan, options), plan_to_json(plan, {spec_digest(wanted), observed_digest(snapshot->observed)})};
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, GivesTheExpectedPlan) {
  const fs::path folder = golden_folder / GetParam();
  const Rendered rendered = render(folder);
  if (HasFailure()) return;
  EXPECT_EQ(schema_violations(nlohmann::json::parse(rendered.json), "plan"), std::vector<std::string>{});
  EXPECT_EQ(schema_violations(nlohmann::json::parse(read(folder / "observed.json")), "observed"),
            std::vector<std::string>{});
  if (std::getenv("TBX_ACCEPT") != nullptr) {
    std::ofstream(folder / "plan.txt", std::ios::binary) << rendered.text;
    std::ofstream(folder / "plan.json", std::ios::binary) << rendered.json;
    GTEST_SKIP() << "accepted as it is now: look at the difference before you commit it";
  }
  EXPECT_EQ(rendered.text, read(folder / "plan.txt"));
  EXPECT_EQ(rendered.json, read(folder / "plan.json"));
}

INSTANTIATE_TEST_SUITE_P(Case, Golden, testing::ValuesIn(golden_cases()), [](const auto& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char letter) { return letter == '-' || letter == '.'; }, '_');
  return name;
});

TEST(GoldenFolder, HasCases) { EXPECT_FALSE(golden_cases().empty()) << "nothing in " << golden_folder; }

}  // namespace
}  // namespace tbx
