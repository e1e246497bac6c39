// How long to wait before the next attempt.
#pragma once

#include <cstdint>
#include <random>

namespace tbx {

/// Doubles with each attempt up to a maximum; jitter takes up to half of it away, so that many do not come back at
/// once.
class BackOff {
 public:
  BackOff(double first_seconds, double max_seconds, std::uint64_t seed);
  /// After the attempt of this number, counted from 1.
  double delay_seconds(int attempt);

 private:
  double first_seconds_;
  double max_seconds_;
  std::mt19937_64 random_;
};

}  // namespace tbx
