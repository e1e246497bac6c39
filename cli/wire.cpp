// Builds the simulated world's providers. A system that is not simulated has none yet.
#include "cli/wire.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/interrupt.h"
#include "engine/look.h"
#include "providers/sim/sim_provider.h"
#include "providers/sim/sim_runner.h"
#include "providers/sim/world_lock.h"
#include "specs/load.h"

namespace tbx {
namespace {

/// Owns a world, and all that lives in it for one command.
struct SimulatedOutside {
  ClusterSpec spec;
  sim::Simulation simulation;
  std::vector<std::unique_ptr<Provider>> providers;
  sim::SimRunner runner;
  sim::WorldLock lock;

  SimulatedOutside(sim::WorldFile file, const SimArguments& sim, ClusterSpec wanted,
                   const std::filesystem::path& folder, const std::string& command)
      : spec(std::move(wanted)),
        simulation(std::move(file),
                   {.credentials = std::make_unique<sim::CredentialFolder>(folder), .systems = sim.systems}),
        providers(sim::make_providers(simulation)),
        runner(simulation, spec, {.pace = sim.pace, .presses = &interrupt_count()}),
        lock(simulation, command) {}
};

/// Why the systems that are not simulated can't be had; empty when all are.
std::string why_not_real(const SimArguments& sim) {
  if (sim.file.empty()) {
    return "this release of tbx knows no real systems yet; add --sim FILE, which keeps a simulated world in FILE";
  }
  std::vector<std::string> real;
  for (const System system : {System::hyperv, System::talos, System::kubernetes, System::helm, System::access}) {
    if (!sim.systems.contains(system)) real.push_back(display_name(system));
  }
  if (real.empty()) return {};
  return fmt::format(
      "this release of tbx does not know real {} yet; leave out --sim-systems, so that all are simulated",
      fmt::join(real, ", "));
}

}  // namespace

std::vector<Provider*> Outside::only(std::initializer_list<System> systems) const {
  std::vector<Provider*> found;
  for (Provider* provider : providers) {
    if (std::find(systems.begin(), systems.end(), provider->system()) != systems.end()) found.push_back(provider);
  }
  return found;
}

Result<Outside> wire(const SimArguments& sim, const ClusterSpec& spec, const std::filesystem::path& folder,
                     const std::string& command) {
  if (std::string why = why_not_real(sim); !why.empty()) return failure(ErrorKind::rejected, std::move(why));
  Result<sim::WorldFile> file = sim::WorldFile::open(path_from_text(sim.file));
  if (!file) return tl::unexpected(file.error());
  auto owner = std::make_shared<SimulatedOutside>(*std::move(file), sim, spec, folder, command);
  Outside outside{.providers = {},
                  .runner = &owner->runner,
                  .lock = &owner->lock,
                  .finish = [owner = owner.get()] { return owner->simulation.file().fold(); },
                  .is_simulated = true,
                  .rate = sim.pace,
                  .owner = owner};
  for (const auto& provider : owner->providers) outside.providers.push_back(provider.get());
  return outside;
}

}  // namespace tbx
