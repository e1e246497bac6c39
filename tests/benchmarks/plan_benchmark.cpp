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

ClusterSpec cluster_of(std::int64_t workers) {
  return test::spec_from(fmt::format("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: bench}}\nspec:\n"
                                     "  workers: {{count: {}}}\n  addons: [cilium, metallb, traefik, monitoring]\n"
                                     "  routes: {{grafana.bench.local: grafana}}\n",
                                     workers));
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

void load_spec(benchmark::State& state) {
  std::string yaml = "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: bench}\nspec:\n  addons: [cilium, metallb]\n";
  for (auto _ : state) {
    benchmark::DoNotOptimize(load_cluster_spec(yaml, {"cluster.yaml"}));
  }
}
BENCHMARK(load_spec)->Unit(benchmark::kMillisecond);

}  // namespace
