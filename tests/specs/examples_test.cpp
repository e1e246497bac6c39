// Every example loads without a word, and no damage to one makes the loader crash or point outside the file.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "specs/embedded.h"
#include "tests/support/property.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Lines = std::vector<std::string>;

const std::filesystem::path examples = std::filesystem::path(TBX_SOURCE_DIR) / "examples";

TEST(Examples, LoadWithoutAWord) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(examples)) {
    const std::filesystem::path file = entry.path() / "cluster.yaml";
    if (!std::filesystem::exists(file)) continue;
    const LoadedSpec loaded = load_cluster_file(file);
    EXPECT_EQ(format_problems(loaded.problems, loaded.sources), "");
    EXPECT_TRUE(loaded.spec) << file;
    ++count;
  }
  EXPECT_GE(count, 4);
}

TEST(Examples, SandboxIsWhatTheOriginalScriptsMade) {
  const ClusterSpec spec = spec_of(load_cluster_file(examples / "sandbox" / "cluster.yaml"));
  Lines names;
  for (const NodeSpec& node : spec.nodes) names.push_back(node.name);
  EXPECT_EQ(names, (Lines{"talos-hypv-cp-01", "talos-hypv-worker-01"}));
  Lines hosts;
  for (const RouteSpec& route : spec.routes) hosts.push_back(route.host);
  EXPECT_EQ(hosts,
            (Lines{"grafana.talos.local", "hubble.talos.local", "prometheus.talos.local", "traefik.talos.local"}));
  EXPECT_EQ(spec.addons.size(), 4U);
}

TEST(Examples, SandboxIsShort) {
  const std::string_view text = embedded_example("sandbox");
  EXPECT_LE(std::ranges::count(text, '\n'), 30);
}

TEST(Examples, LoadWithinAFewMilliseconds) {
  const auto start = std::chrono::steady_clock::now();
  const int times = 20;
  for (int i = 0; i < times; ++i) load_text(embedded_example("sandbox"));
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  EXPECT_LT(spent.count() / times,
            50);  // far above what is wanted, so that a busy machine or a sanitizer does not fail it
}

/// The pieces that people and editors put into a YAML file by mistake, or to do harm.
const Lines splinters{"\t",
                      "\n",
                      ": ",
                      "- ",
                      "[",
                      "]",
                      "{",
                      "}",
                      "&a ",
                      "*a",
                      "<<: ",
                      "!x ",
                      "'",
                      "\"",
                      "|\n",
                      "---\n",
                      "#",
                      "\xFF",
                      std::string(1, '\0'),
                      "\xC3",
                      "~",
                      "null",
                      "99999999999999999999",
                      "?",
                      "%YAML 1.2\n",
                      "name",
                      "spec:"};

std::string damaged(const std::string& text) {
  std::string changed = text;
  const int edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits; ++i) {
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, changed.size() + 1);
    const std::size_t length = *rc::gen::inRange<std::size_t>(0, 12);
    const std::string piece = *rc::gen::elementOf(splinters);
    changed.replace(at, std::min(length, changed.size() - at), *rc::gen::arbitrary<bool>() ? piece : "");
  }
  return changed;
}

TBX_PROPERTY(Damage, GivesASpecOrProblemsThatLieInTheFile, 1000, ()) {
  const auto names = embedded_examples();
  const auto& example = names[*rc::gen::inRange<std::size_t>(0, names.size())];
  const std::string text = damaged(std::string(example.text));
  const LoadedSpec loaded = load_text(text);
  RC_ASSERT(loaded.spec.has_value() != has_errors(loaded.problems));
  for (const Problem& problem : loaded.problems) {
    RC_ASSERT(!problem.message.empty());
    if (problem.line == 0) continue;
    const auto source = loaded.sources.at(problem.file);
    RC_ASSERT(static_cast<std::size_t>(problem.line) <= source->line_starts.size());
    const auto line = line_of(*source, problem.line);
    RC_ASSERT(problem.column >= 1 && static_cast<std::size_t>(problem.column) <= line.size() + 1);
  }
  RC_ASSERT(format_problems(loaded.problems, loaded.sources).size() >= loaded.problems.size());
}

}  // namespace
}  // namespace tbx::test
