// What the pure middle costs: planning and rendering, from nothing and against a converged world.
// Whole-process figures, with loading and the world file, are printed by scripts/benchmark.sh.
#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include "engine/plan.h"
#include "engine/render_json.h"
#include "engine/render_markdown.h"
#include "engine/render_text.h"
#include "engine/schedule.h"
#include "specs/load.h"
#include "tests/support/converged_world.h"

namespace {

using namespace tbx;

ClusterSpec cluster_of(std::int64_t workers, const std::string& pool = "worker") {
  return test::spec_from(
      fmt::format("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: bench}}\nspec:\n"
                  "  workers: [{{name: {}, count: {}}}]\n  addons: [cilium, metallb, traefik, monitoring]\n"
                  "  routes: {{grafana.bench.local: grafana}}\n",
                  pool, workers));
}

void plan_from_nothing(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::empty_host();
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(spec, found));
  }
}
BENCHMARK(plan_from_nothing)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void plan_converged(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::converged_world(spec);
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(spec, found));
  }
}
BENCHMARK(plan_converged)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void schedule_whole_plan(benchmark::State& state) {
  Plan plan = make_plan(cluster_of(state.range(0)), test::empty_host());
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulated_makespan(plan));
  }
}
BENCHMARK(schedule_whole_plan)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

/// At least so many actions: not how the time grows with the nodes, but the figure that is promised.
void schedule_ten_thousand_actions(benchmark::State& state) {
  std::int64_t workers = 1;
  while (make_plan(cluster_of(workers), test::empty_host()).actions.size() < 10'000) workers += 100;
  Plan plan = make_plan(cluster_of(workers), test::empty_host());
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulated_makespan(plan));
  }
  state.counters["actions"] = static_cast<double>(plan.actions.size());
}
BENCHMARK(schedule_ten_thousand_actions)->Unit(benchmark::kMillisecond);

/// Every node is touched, several times: two releases of Talos and two of Kubernetes, in turns.
void plan_upgrade(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::converged_world(spec);
  spec.talos_version = "v1.14.0";
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(spec, found));
  }
}
BENCHMARK(plan_upgrade)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

/// All nodes change their size, one after the other.
void plan_resize(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::converged_world(spec);
  for (NodeSpec& node : spec.nodes) node.cpu_count += 2;
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(spec, found));
  }
}
BENCHMARK(plan_resize)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

/// A pool gets another name: as many nodes come as go.
void plan_renamed_pool(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::converged_world(cluster_of(state.range(0), "old"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(spec, found));
  }
}
BENCHMARK(plan_renamed_pool)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

/// All workers leave but one.
void plan_removal(benchmark::State& state) {
  ClusterSpec spec = cluster_of(state.range(0));
  Observed found = test::converged_world(spec);
  ClusterSpec smaller = cluster_of(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(make_plan(smaller, found));
  }
}
BENCHMARK(plan_removal)->Arg(1)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void load_spec(benchmark::State& state) {
  std::string yaml = "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: bench}\nspec:\n  addons: [cilium, metallb]\n";
  for (auto _ : state) {
    benchmark::DoNotOptimize(load_cluster_spec(yaml, {"cluster.yaml"}));
  }
}
BENCHMARK(load_spec)->Unit(benchmark::kMillisecond);

}  // namespace
