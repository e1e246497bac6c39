// The simulated systems behind the same seam as the real ones.
#pragma once

#include <memory>
#include <vector>

#include "engine/provider.h"
#include "providers/sim/simulation.h"

namespace tbx::sim {

class SimProvider : public Provider {
 public:
  /// `simulation` outlives it; all five share one.
  SimProvider(Simulation& simulation, System system) : simulation_(simulation), system_(system) {}

  System system() const override { return system_; }
  void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) override;
  /// Takes no real time where all is simulated: the world goes on by itself until the op is done.
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override;

 private:
  Status wait_for(const Op& op, const ApplyContext& context, const Setting& setting, const std::stop_token& stop);

  Simulation& simulation_;
  System system_;
};

/// One for each simulated system, in the order of looking.
std::vector<std::unique_ptr<Provider>> make_providers(Simulation& simulation);

}  // namespace tbx::sim
