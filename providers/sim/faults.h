// How often the simulated systems fail, and how often they did. All zero by default: then they do not.
#pragma once

namespace tbx::sim {

/// Each a probability between 0 and 1.
struct Faults {
  double fails_before = 0;   ///< an action fails and has done nothing
  double fails_after = 0;    ///< an action has done its work, and its answer is lost
  double observe_fails = 0;  ///< a look at one system learns nothing
  double machine_dies = 0;   ///< after an action some machine loses its power
  double tbx_dies = 0;       ///< tbx itself is killed, whenever it begins to wait for something
};

/// How often each has happened.
struct FaultCounts {
  int failed_before = 0;
  int failed_after = 0;
  int looks_failed = 0;
  int machines_died = 0;
  int tbx_died = 0;
  bool operator==(const FaultCounts&) const = default;
};

}  // namespace tbx::sim
