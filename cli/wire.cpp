// Builds the providers: of the simulated world, and of the real tools for what is not simulated.
#include "cli/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/interrupt.h"
#include "engine/thread_runner.h"
#include "providers/access/access_provider.h"
#include "providers/helm/helm_provider.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/local_tools.h"
#include "providers/sim/sim_provider.h"
#include "providers/sim/sim_runner.h"
#include "providers/sim/world_lock.h"
#include "providers/talos/talos_provider.h"
#include "specs/load.h"

namespace tbx {
namespace {

/// Owns a world, and all that lives in it for one command.
struct SimulatedOutside {
  ClusterSpec spec;
  sim::Simulation simulation;
  std::vector<std::unique_ptr<Provider>> providers;
  std::optional<sim::SimRunner> runner;
  sim::WorldLock lock;

  SimulatedOutside(sim::WorldFile file, const SimArguments& sim, ClusterSpec wanted,
                   const std::filesystem::path& folder, const std::string& command)
      : spec(std::move(wanted)),
        simulation(std::move(file),
                   {.credentials = std::make_unique<sim::CredentialFolder>(folder), .systems = sim.systems}),
        providers(sim::make_providers(simulation)),
        lock(simulation, command) {
    runner.emplace(simulation, spec, sim::RunnerOptions{.pace = sim.pace, .presses = &interrupt_count()});
  }
};

/// Owns a world that is simulated in part: the other systems are asked and changed by their own tools.
struct MixedOutside {
  ClusterSpec spec;
  sim::Simulation simulation;
  LocalTools tools;
  std::vector<std::unique_ptr<Provider>> providers;
  std::vector<Provider*> listed;
  std::optional<ThreadRunner> runner;
  sim::WorldLock lock;

  MixedOutside(sim::WorldFile file, const SimArguments& sim, ClusterSpec wanted, const std::filesystem::path& folder,
               const std::string& command)
      : spec(std::move(wanted)),
        simulation(std::move(file), {.credentials = std::make_unique<sim::CredentialFolder>(folder),
                                     .systems = sim.systems,
                                     .pace = sim.pace > 0 ? sim.pace : 1}),
        providers(sim::make_providers(simulation)),
        lock(simulation, command) {
    add(std::make_unique<TalosProvider>(tools, folder));
    add(std::make_unique<KubernetesProvider>(tools, folder));
    add(std::make_unique<HelmProvider>(tools, folder));
    add(std::make_unique<AccessProvider>(folder));
    for (const auto& provider : providers) listed.push_back(provider.get());
    runner.emplace(spec, listed, most_that_runs_at_once(), &interrupt_count());
  }

 private:
  void add(std::unique_ptr<Provider> real) {
    if (!simulation.options().systems.contains(real->system())) providers.push_back(std::move(real));
  }
};

Status hyperv_must_be_simulated(const SimArguments& sim) {
  if (sim.systems.contains(System::hyperv) && !sim.file.empty()) return {};
  const char* remedy =
      sim.file.empty() ? "add --sim FILE, which keeps a simulated world in FILE" : "name hyperv in --sim-systems, too";
  return failure(ErrorKind::rejected, fmt::format("this release of tbx knows no real Hyper-V yet; {}", remedy));
}

template <class Owner>
Outside outside_of(const std::shared_ptr<Owner>& owner) {
  Outside outside{.providers = {},
                  .runner = &*owner->runner,
                  .lock = &owner->lock,
                  .finish = [owner = owner.get()] { return owner->simulation.file().fold(); },
                  .owner = owner};
  for (const auto& provider : owner->providers) outside.providers.push_back(provider.get());
  return outside;
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
  if (Status known = hyperv_must_be_simulated(sim); !known) return tl::unexpected(known.error());
  Result<sim::WorldFile> file = sim::WorldFile::open(path_from_text(sim.file));
  if (!file) return tl::unexpected(file.error());
  if (sim.systems.size() < all_systems.size()) {
    return outside_of(std::make_shared<MixedOutside>(*std::move(file), sim, spec, folder, command));
  }
  Outside outside = outside_of(std::make_shared<SimulatedOutside>(*std::move(file), sim, spec, folder, command));
  outside.is_simulated = true;
  outside.rate = sim.pace;
  return outside;
}

}  // namespace tbx
