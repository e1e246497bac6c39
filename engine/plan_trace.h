// What a plan does not say of its steps, since only an explanation needs it.
#pragma once

#include <map>
#include <optional>

#include "engine/plan.h"
#include "engine/policy.h"

namespace tbx {

/// What a step was judged by, where the plan expects it to be otherwise by then than it is now.
struct ForeseenFacts {
  std::optional<EtcdState> etcd = {};
  std::optional<TalosReleases> talos = {};

  Foreseen view() const { return {etcd ? &*etcd : nullptr, talos ? &*talos : nullptr}; }
};

struct PlanTrace {
  std::map<ActionId, ForeseenFacts> actions;
  std::map<std::size_t, ForeseenFacts> refused;  ///< by the index into Plan::refused
};

/// The same plan as without.
Plan make_plan_tracing(const ClusterSpec& wanted, const Observed& found, PlanTrace& trace);

}  // namespace tbx
