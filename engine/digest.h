// What a plan was made from, as digests; and what moved between two looks.
#pragma once

#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/plan.h"

namespace tbx {

/// What a plan document names as its inputs, each "sha256:" and 64 digits. The one of the spec is taken over its
/// canonical JSON, by the caller.
struct PlanDigests {
  std::string spec_digest;
  std::string observed_digest;
};

/// Equal facts, equal digests. What moves by itself does not count: reasons, what a probe said, what something that is
/// not ready still waits for.
std::string observed_digest(const Observed& observed);

/// What moved, of what counts for the digest: empty exactly when the digests are equal. Things are named, not numbered:
/// "host.machines[talos-hypv-cp-01].power"; one that came or went is "present" or null.
std::vector<Change> differences(const Observed& before, const Observed& after);

}  // namespace tbx
