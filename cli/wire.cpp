// Builds the providers: of the simulated world, and of the real tools for what is not simulated.
#include "cli/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/interrupt.h"
#include "engine/thread_runner.h"
#include "providers/access/access_provider.h"
#include "providers/helm/helm_provider.h"
#include "providers/hyperv/host_lock.h"
#include "providers/hyperv/hyperv_provider.h"
#include "providers/hyperv/local_powershell.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/local_tools.h"
#include "providers/process_number.h"
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

/// The tools and the PowerShell of this machine, and the providers that ask them.
class RealOutside {
 public:
  explicit RealOutside(const std::filesystem::path& folder) : folder_(folder) {}

  std::unique_ptr<Provider> provider(System system) {
    switch (system) {
      case System::hyperv:
        return std::make_unique<HypervProvider>(powershell_, downloads_, folder_);
      case System::talos:
        return std::make_unique<TalosProvider>(tools_, folder_);
      case System::kubernetes:
        return std::make_unique<KubernetesProvider>(tools_, folder_);
      case System::helm:
        return std::make_unique<HelmProvider>(tools_, folder_);
      case System::access:
        return std::make_unique<AccessProvider>(folder_);
    }
    return nullptr;
  }

  std::unique_ptr<ClusterLock> lock(const ClusterSpec& spec, const std::string& command) {
    return std::make_unique<HostLock>(powershell_, spec, folder_, command, process_number());
  }

 private:
  std::filesystem::path folder_;
  LocalTools tools_;
  LocalPowerShell powershell_;
  LocalPowerShell downloads_;  ///< started where a boot image has to come
};

/// Owns what is not simulated at all, or a world that is simulated in part: the other systems are asked and changed by
/// their own tools.
struct MixedOutside {
  ClusterSpec spec;
  std::optional<sim::Simulation> simulation;
  RealOutside real;
  std::vector<std::unique_ptr<Provider>> providers;
  std::vector<Provider*> listed;
  std::optional<ThreadRunner> runner;
  std::unique_ptr<ClusterLock> lock;

  MixedOutside(std::optional<sim::WorldFile> file, const SimArguments& sim, ClusterSpec wanted,
               const std::filesystem::path& folder, const std::string& command)
      : spec(std::move(wanted)), real(folder) {
    if (file) {
      simulation.emplace(*std::move(file),
                         sim::SimOptions{.credentials = std::make_unique<sim::CredentialFolder>(folder),
                                         .systems = sim.systems,
                                         .pace = sim.pace > 0 ? sim.pace : 1});
      providers = sim::make_providers(*simulation);
    }
    for (const System system : all_systems) {
      if (!file || !sim.systems.contains(system)) providers.push_back(real.provider(system));
    }
    for (const auto& provider : providers) listed.push_back(provider.get());
    const bool is_host_simulated = file && sim.systems.contains(System::hyperv);
    lock = is_host_simulated ? std::make_unique<sim::WorldLock>(*simulation, command) : real.lock(spec, command);
    runner.emplace(spec, listed, most_that_runs_at_once(), &interrupt_count());
  }
};

template <class Owner>
Outside outside_of(const std::shared_ptr<Owner>& owner, ClusterLock* lock, sim::Simulation* simulation) {
  Outside outside{.providers = {},
                  .runner = &*owner->runner,
                  .lock = lock,
                  .finish = [simulation] { return simulation == nullptr ? Status() : simulation->file().fold(); },
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
  if (sim.file.empty()) {
    auto owner = std::make_shared<MixedOutside>(std::nullopt, sim, spec, folder, command);
    return outside_of(owner, owner->lock.get(), nullptr);
  }
  Result<sim::WorldFile> file = sim::WorldFile::open(path_from_text(sim.file));
  if (!file) return tl::unexpected(file.error());
  if (sim.systems.size() < all_systems.size()) {
    auto owner = std::make_shared<MixedOutside>(*std::move(file), sim, spec, folder, command);
    return outside_of(owner, owner->lock.get(), &*owner->simulation);
  }
  auto owner = std::make_shared<SimulatedOutside>(*std::move(file), sim, spec, folder, command);
  Outside outside = outside_of(owner, &owner->lock, &owner->simulation);
  outside.is_simulated = true;
  outside.rate = sim.pace;
  return outside;
}

}  // namespace tbx
