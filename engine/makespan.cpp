// How long a plan takes by its estimates; declared in schedule.h.
#include <algorithm>
#include <array>
#include <numeric>
#include <queue>

#include "engine/graph.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

/// The estimates, with 0 for what is never started.
std::vector<double> startable_seconds(const Plan& plan) {
  std::vector<double> seconds = estimated_seconds(plan);
  for (ActionId blocked : plan.blocked) {
    seconds[blocked] = 0;
  }
  return seconds;
}

}  // namespace

std::vector<double> estimated_seconds(const Plan& plan) {
  std::vector<double> seconds;
  seconds.reserve(plan.actions.size());
  for (const Action& action : plan.actions) {
    seconds.push_back(traits_of(action.op).estimate_seconds);
  }
  return seconds;
}

double simulated_makespan(const Plan& plan, int parallel) {
  struct Running {
    double until;
    ActionId action;
    bool operator>(const Running& other) const {
      return until != other.until ? until > other.until : action > other.action;
    }
  };
  Schedule schedule(plan, parallel);
  std::vector<double> seconds = estimated_seconds(plan);
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
  double now = 0;
  while (true) {
    while (auto action = schedule.next()) {
      running.push({now + seconds[*action], *action});
    }
    if (running.empty()) {
      return now;
    }
    now = running.top().until;
    schedule.succeed(running.top().action);
    running.pop();
  }
}

double makespan_lower_bound(const Plan& plan) { return makespan_lower_bound(plan, startable_seconds(plan)); }

double makespan_lower_bound(const Plan& plan, std::span<const double> seconds, int parallel) {
  double work = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  double bound = parallel > 0 ? work / parallel : 0;
  for (double path : longest_remaining_path(plan.actions.size(), plan.dependencies, seconds)) {
    bound = std::max(bound, path);
  }
  std::vector<double> of_kind(std::variant_size_v<Op>, 0);
  std::array<double, 5> of_system{};
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const Op& op = plan.actions[i].op;
    double& kind = of_kind[op.index()];
    double& system = of_system[static_cast<std::size_t>(traits_of(op).system)];
    kind += seconds[i];
    system += seconds[i];
    bound = std::max({bound, kind / traits_of(op).parallel_limit, system / parallel_limit(traits_of(op).system)});
  }
  return bound;
}

}  // namespace tbx
