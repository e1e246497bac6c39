// What has moved since a plan was saved, in words.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "engine/saved_plan.h"

namespace tbx {

struct Moved {
  std::string what;  ///< "host.machines[lab-worker-01].power"
  std::string how;   ///< `was "running", is "off"`; of a secret only that it was changed, and where it is written
};

/// Between the spec that the plan holds and the one that lies there now. `wanted`: the latter, masked.
std::vector<Moved> moved_in_spec(const SavedPlan& saved, const SpecSources& sources, const ClusterSpec& wanted);

/// Between the facts that the plan holds and those of a new look.
std::vector<Moved> moved_in_facts(const SavedPlan& saved, const Observed& found);

/// One after the other, a few lines each, no more than fit on a screen.
std::string moved_text(const std::vector<Moved>& moved, const TextStyle& style);

}  // namespace tbx
