// Times tbx as its users meet it, process start and all, and prints a table. A figure is the median of several runs;
// memory is the largest resident set. Nothing here fails by a clock.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/observed_json.h"
#include "specs/load.h"
#include "tests/support/converged_world.h"

namespace {

using namespace tbx;

struct Figures {
  double milliseconds = 0;
  double mebibytes = 0;
  int exit_code = 0;
};

Figures run_once(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  if (posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ) == 0) {
    wait4(child, &status, 0, &usage);
  }
  auto end = std::chrono::steady_clock::now();
  posix_spawn_file_actions_destroy(&files);
  return {std::chrono::duration<double, std::milli>(end - start).count(), static_cast<double>(usage.ru_maxrss) / 1024,
          WIFEXITED(status) ? WEXITSTATUS(status) : 255};
}

Figures median_of(const std::vector<std::string>& arguments, int runs) {
  run_once(arguments);
  std::vector<Figures> all;
  for (int run = 0; run < runs; ++run) {
    all.push_back(run_once(arguments));
  }
  std::ranges::sort(all, {}, &Figures::milliseconds);
  Figures median = all[all.size() / 2];
  median.mebibytes = std::ranges::max(all, {}, &Figures::mebibytes).mebibytes;
  return median;
}

double print_row(const std::string& what, const char* limit, std::vector<std::string> arguments, int runs) {
  arguments.insert(arguments.begin(), TBX_PROGRAM);
  Figures figures = median_of(arguments, runs);
  fmt::print("{:<52} {:>9.1f} {:>8.1f} {:>5}  {}\n", what, figures.milliseconds, figures.mebibytes, figures.exit_code,
             limit);
  return figures.milliseconds;
}

std::string cluster_yaml(int workers) {
  std::string yaml = fmt::format(
      "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: bench}}\nspec:\n  workers: {{count: {}}}\n  addons:\n"
      "    - cilium\n    - metallb\n    - traefik\n    - monitoring\n",
      workers);
  for (int number = 1; number <= 6; ++number) {
    yaml += fmt::format("    - {{name: app-{}, chart: \"oci://registry.example/app-{}\", version: 1.0.{}}}\n", number,
                        number, number);
  }
  return yaml + "  routes: {grafana.bench.local: grafana, hubble.bench.local: hubble}\n";
}

void write_file(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

/// A spec and a snapshot of the world that fulfils it.
void prepare(const std::filesystem::path& folder, int workers) {
  std::string yaml = cluster_yaml(workers);
  std::string name = std::to_string(workers);
  write_file(folder / (name + ".yaml"), yaml);
  ClusterSpec spec = test::spec_from(yaml);
  write_file(folder / (name + ".json"), snapshot_to_json({spec.name, test::converged_world(spec)}));
}

/// A child's figure of memory begins with its parent's, so this process has to stay small.
void prepare_in_a_child(const std::filesystem::path& folder) {
  pid_t child = fork();
  if (child == 0) {
    for (int workers : {1000, 10000}) {
      prepare(folder, workers);
    }
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

void measure(const std::filesystem::path& folder, int workers, const char* limit, int runs,
             std::vector<double>& times) {
  std::string spec = folder / fmt::format("{}.yaml", workers);
  std::string snapshot = folder / fmt::format("{}.json", workers);
  std::string empty = folder / "empty-world.json";
  for (const char* format : {"text", "json", "markdown"}) {
    times.push_back(print_row(fmt::format("plan of {} nodes from nothing, {}", workers, format), limit,
                              {"plan", spec, "--sim", empty, "--format", format}, runs));
    times.push_back(print_row(fmt::format("plan of {} nodes, converged, {}", workers, format), limit,
                              {"plan", spec, "--from", snapshot, "--format", format}, runs));
  }
}

}  // namespace

int main() {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / fmt::format("tbx-speed-{}", getpid());
  std::filesystem::create_directories(folder);
  prepare_in_a_child(folder);
  fmt::print("{:<52} {:>9} {:>8} {:>5}  {}\n", "whole process, release build", "ms", "MiB", "exit", "to hold");
  print_row("tbx --version", "< 5 ms", {"--version"}, 20);
  std::string sandbox = std::filesystem::path(TBX_SOURCE_DIR) / "examples/sandbox/cluster.yaml";
  print_row("plan of the sandbox from nothing", "< 15 ms", {"plan", sandbox, "--sim", folder / "empty-world.json"}, 20);
  print_row("explain an action of 1000 nodes from nothing", "< 50 ms",
            {"explain", folder / "1000.yaml", "bootstrap-etcd", "--sim", folder / "empty-world.json"}, 7);
  print_row("explain a key of 1000 nodes, converged", "< 50 ms",
            {"explain", folder / "1000.yaml", "workers.memory", "--from", folder / "1000.json"}, 7);
  std::vector<double> thousand;
  std::vector<double> ten_thousand;
  measure(folder, 1000, "< 60 ms, < 64 MiB", 7, thousand);
  measure(folder, 10000, "", 3, ten_thousand);
  double worst = 0;
  for (std::size_t row = 0; row < thousand.size(); ++row) {
    worst = std::max(worst, ten_thousand[row] / thousand[row]);
  }
  fmt::print("10,000 nodes take at most {:.1f} times as long as 1,000 (to hold: 13)\n", worst);
  std::filesystem::remove_all(folder);
  return 0;
}
