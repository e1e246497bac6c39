#include "providers/sim/sim_provider.h"

#include <chrono>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "providers/sim/rules.h"

namespace tbx::sim {

namespace {

tl::unexpected<Error> cancelled(const Op& op) {
  return failure(ErrorKind::cancelled, fmt::format("{} was cancelled", id_of(op)));
}

tl::unexpected<Error> in_vain(const Op& op, const std::string& what) {
  return failure(ErrorKind::timed_out, fmt::format("{} did not come about: {}", describe(op), what));
}

}  // namespace

void SimProvider::observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  std::lock_guard lock(simulation_.mutex());
  simulation_.observe(system_, wanted, scope, found);
}

/// Pre: the mutex is not held; others go on while this one waits.
Status SimProvider::wait_for(const Op& op, const ApplyContext& context, const Setting& setting,
                             const std::stop_token& stop) {
  double begun = simulation_.world().clock.now_seconds;
  double deadline = begun + traits_of(op).deadline_seconds;
  std::string told;
  while (true) {
    std::unique_lock lock(simulation_.mutex());
    WaitState state = look_at_wait(simulation_.world(), op, setting);
    if (state.failed) {
      return tl::unexpected(*state.failed);
    }
    if (state.done) {
      return simulation_.go_on_and_complete(simulation_.world().clock.now_seconds, op, setting);
    }
    if (state.what != told && context.waiting_for) {
      context.waiting_for(told = state.what);
    }
    double next = next_happening(simulation_.file().live());
    if (simulation_.world().clock.now_seconds >= deadline || (simulation_.is_all_simulated() && next > deadline)) {
      return in_vain(op, state.what);
    }
    Status gone_on = simulation_.is_all_simulated() ? simulation_.go_on(next) : simulation_.catch_up_with_wall_clock();
    if (!gone_on) {
      return gone_on;
    }
    lock.unlock();
    if (stop.stop_requested()) {
      return cancelled(op);
    }
    if (!simulation_.is_all_simulated()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

Status SimProvider::apply(const Op& op, const ApplyContext& context, std::stop_token stop) {
  if (stop.stop_requested()) {
    return cancelled(op);
  }
  Setting setting{context.spec, context.found, simulation_.credentials()};
  if (traits_of(op).is_wait) {
    return wait_for(op, context, setting, stop);
  }
  std::lock_guard lock(simulation_.mutex());
  const bool is_host_real = !simulation_.options().systems.contains(System::hyperv);
  if (is_host_real) {
    // No look may have told the world of the host's machines and of the time since the last one.
    simulation_.learn_from(context.spec, context.found);
    (void)simulation_.catch_up_with_wall_clock();
  }
  double takes = simulation_.is_all_simulated() ? traits_of(op).estimate_seconds : 0;
  return simulation_.go_on_and_complete(simulation_.world().clock.now_seconds + takes, op, setting);
}

std::vector<std::unique_ptr<Provider>> make_providers(Simulation& simulation) {
  std::vector<std::unique_ptr<Provider>> providers;
  for (System system : simulation.options().systems) {
    providers.push_back(std::make_unique<SimProvider>(simulation, system));
  }
  return providers;
}

}  // namespace tbx::sim
