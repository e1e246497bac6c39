// Short ways to write plans in tests.
#pragma once

#include <string>
#include <vector>

#include "engine/plan.h"

namespace tbx::test {

inline Plan plan_of(std::vector<Op> ops, std::vector<Dependency> dependencies = {}) {
  Plan plan;
  plan.cluster = "c";
  for (Op& op : ops) {
    plan.actions.push_back({std::move(op), "because", Impact::none, {}});
  }
  plan.dependencies = std::move(dependencies);
  return plan;
}

/// Actions of one kind without an effect that anybody minds: start-machine/m0, m1, …
inline Plan starts(std::size_t count, std::vector<Dependency> dependencies = {}) {
  std::vector<Op> ops;
  for (std::size_t i = 0; i < count; ++i) {
    ops.emplace_back(StartMachine{"m" + std::to_string(i), ""});
  }
  return plan_of(std::move(ops), std::move(dependencies));
}

}  // namespace tbx::test
