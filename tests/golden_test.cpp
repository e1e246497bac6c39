// Each folder of golden/ is a case: spec.yaml and observed.json give every plan.* of the folder, byte for byte:
// plan.json (always there), plan.txt or plan.80.txt (80 columns), plan.120.txt, plan.md, plan.dot. A file
// `replace` names nodes that are asked anew. TBX_ACCEPT=1 rewrites those that are there; an empty file is enough to
// begin.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/graph.h"
#include "engine/observed_json.h"
#include "engine/render_dot.h"
#include "engine/render_json.h"
#include "engine/render_markdown.h"
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

/// By the name of the file that holds it.
using Documents = std::map<std::string, std::string>;

Documents documents_of(const Plan& plan, const PlanDigests& digests) {
  const double seconds = simulated_makespan(plan);
  const auto chain = longest_chain(plan.actions.size(), plan.dependencies, estimated_seconds(plan));
  const auto text = [&](int width) {
    return plan_to_text(plan, {.style = {.width = width}, .estimate_seconds = seconds, .longest_chain = chain});
  };
  return {{"plan.txt", text(80)},
          {"plan.80.txt", text(80)},
          {"plan.120.txt", text(120)},
          {"plan.json", plan_to_json(plan, digests)},
          {"plan.md", plan_to_markdown(plan, seconds)},
          {"plan.dot", plan_to_dot(plan, {.estimate_seconds = seconds, .longest_chain = chain})}};
}

/// The machines of the nodes that the file `replace` names, one a line, as `apply --replace` is told.
Replacements replacements_in(const fs::path& folder, const Observed& found) {
  Replacements replacements;
  std::ifstream names(folder / "replace");
  for (std::string name; std::getline(names, name);) {
    for (const Machine& machine : found.host.machines) {
      if (machine.name == name) replacements[name] = machine.id;
    }
    EXPECT_TRUE(replacements.contains(name)) << folder << ": there is no machine " << name;
  }
  return replacements;
}

/// As `tbx plan spec.yaml --from observed.json` does it. Empty when one of the two can't be read.
Documents render(const fs::path& folder) {
  const LoadedSpec loaded = load_cluster_file(folder / "spec.yaml");
  EXPECT_TRUE(loaded.spec) << format_problems(loaded.problems, loaded.sources);
  const auto snapshot = snapshot_from_json(read(folder / "observed.json"), "observed.json");
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  if (!loaded.spec || !snapshot) return {};
  const ClusterSpec wanted = masked(*loaded.spec, nullptr);
  const Replacements replacements = replacements_in(folder, snapshot->observed);
  return documents_of(make_plan_replacing(wanted, snapshot->observed, replacements),
                      {spec_digest(wanted), observed_digest(snapshot->observed)});
}

std::vector<std::string> expected_files(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("plan.")) files.push_back(name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, GivesTheExpectedPlan) {
  const fs::path folder = golden_folder / GetParam();
  const Documents rendered = render(folder);
  if (HasFailure()) return;
  EXPECT_EQ(schema_violations(nlohmann::json::parse(rendered.at("plan.json")), "plan"), std::vector<std::string>{});
  EXPECT_EQ(schema_violations(nlohmann::json::parse(read(folder / "observed.json")), "observed"),
            std::vector<std::string>{});
  const bool accepts = std::getenv("TBX_ACCEPT") != nullptr;
  const std::vector<std::string> files = expected_files(folder);
  EXPECT_TRUE(std::binary_search(files.begin(), files.end(), "plan.json")) << folder << " has none";
  for (const std::string& file : files) {
    const auto document = rendered.find(file);
    ASSERT_NE(document, rendered.end()) << file << " is the name of no document";
    if (accepts) std::ofstream(folder / file, std::ios::binary) << document->second;
    EXPECT_EQ(document->second, read(folder / file)) << file;
  }
  if (accepts) GTEST_SKIP() << "accepted as it is now: look at the difference before you commit it";
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
