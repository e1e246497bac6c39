#include "engine/back_off.h"

#include <algorithm>
#include <cmath>

namespace tbx {

BackOff::BackOff(double first_seconds, double max_seconds, std::uint64_t seed)
    : first_seconds_(first_seconds), max_seconds_(max_seconds), random_(seed) {}

double BackOff::delay_seconds(int attempt) {
  double full = std::min(max_seconds_, std::ldexp(first_seconds_, std::clamp(attempt - 1, 0, 60)));
  // Not std::uniform_real_distribution: its numbers differ from one standard library to the next.
  double chance = std::ldexp(static_cast<double>(random_() >> 11), -53);
  return full * (0.5 + 0.5 * chance);
}

}  // namespace tbx
