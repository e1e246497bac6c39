#include "tests/support/spec_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace tbx::test {

LoadedSpec load_text(std::string_view text, const Files& files, const LoadOptions& options) {
  const ReadFile read = [&files](const std::filesystem::path& path) -> tl::expected<std::string, std::string> {
    const auto file = files.find(text_from_path(path.lexically_normal()));
    if (file == files.end()) return tl::unexpected<std::string>("there is no such file");
    return file->second;
  };
  return load_cluster_spec(text, {"cluster.yaml", read}, options);
}

LoadedSpec load_keys(std::string_view keys, const Files& files, const LoadOptions& options) {
  std::string text = beginning;
  std::istringstream lines{std::string(keys)};
  for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
  return load_text(text, files, options);
}

ClusterSpec spec_of(const LoadedSpec& loaded) {
  if (!loaded.spec) ADD_FAILURE() << format_problems(loaded.problems, loaded.sources);
  return loaded.spec.value_or(ClusterSpec{});
}

std::vector<std::string> problems_of(const LoadedSpec& loaded) {
  std::vector<std::string> lines;
  for (const Problem& problem : loaded.problems) {
    const std::string file = problem.file == "cluster.yaml" ? "" : problem.file + ":";
    const char* severity = problem.severity == Problem::error ? "error" : "warning";
    lines.push_back(fmt::format("{}{}:{}: {}: {}", file, problem.line, problem.column, severity, problem.message));
  }
  return lines;
}

std::vector<std::string> problems_in(std::string_view keys, const Files& files) {
  return problems_of(load_keys(keys, files));
}

namespace {

template <class Item>
const Item& named(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  if (found == items.end()) throw std::out_of_range("there is none named " + std::string(name));
  return *found;
}

}  // namespace

const NodeSpec& node_of(const ClusterSpec& spec, std::string_view name) { return named(spec.nodes, name); }

const AddonSpec& addon_of(const ClusterSpec& spec, std::string_view name) { return named(spec.addons, name); }

}  // namespace tbx::test
