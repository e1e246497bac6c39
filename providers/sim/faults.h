// How often the simulated systems fail. All zero by default: then they do not.
#pragma once

namespace tbx::sim {

/// Each a probability between 0 and 1.
struct Faults {
  double fails_before = 0;   ///< an action fails and has done nothing
  double fails_after = 0;    ///< an action has done its work, and its answer is lost
  double observe_fails = 0;  ///< a look at one system learns nothing
  double machine_dies = 0;   ///< after an action some machine loses its power
};

}  // namespace tbx::sim
