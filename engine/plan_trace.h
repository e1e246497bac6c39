// What a plan does not say of its steps, since only an explanation needs it.
#pragma once

#include <map>

#include "engine/plan.h"

namespace tbx {

/// etcd's members as each step was judged by, where the plan expects them to be others by then than they are now.
struct PlanTrace {
  std::map<ActionId, EtcdState> etcd;
  std::map<std::size_t, EtcdState> etcd_of_refused;  ///< by the index into Plan::refused
};

/// The same plan as without.
Plan make_plan_tracing(const ClusterSpec& wanted, const Observed& found, PlanTrace& trace);

}  // namespace tbx
