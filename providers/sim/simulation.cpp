#include "providers/sim/simulation.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "engine/described.h"
#include "providers/sim/learn_machines.h"
#include "providers/sim/observe.h"
#include "providers/sim/rules.h"
#include "providers/sim/world_parts.h"
#include "providers/sim/world_verbs.h"

namespace tbx::sim {

namespace {

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool happens(LiveWorld& live, double rate) { return rate > 0 && draw(live) < rate; }

/// `fail-next` asked for it: taken away, since it was meant for one run.
bool take_armed(LiveWorld& live, std::string_view name) {
  const auto& failing = live.world.disturbances.failing;
  if (std::ranges::find(failing, name) == failing.end()) {
    return false;
  }
  auto& armed = change_disturbances(live).failing;
  armed.erase(std::ranges::find(armed, name));
  return true;
}

/// False when none runs.
bool kill_some_machine(LiveWorld& live) {
  std::vector<std::string> running;
  for (const auto& [key, machine] : live.world.machines) {
    if (machine.power == Power::running && !machine.mark.cluster.empty()) {
      running.push_back(key);
    }
  }
  if (running.empty()) {
    return false;
  }
  power_off(live, running[static_cast<std::size_t>(draw(live) * static_cast<double>(running.size()))]);
  return true;
}

/// What a real Talos does to a disk is not seen here: from its first start on there may be data.
void mark_booted(LiveWorld& live, const std::string& node) {
  for (const std::string& key : machines_named(live.world, node)) {
    const SimMachine& machine = live.world.machines.at(key);
    if (machine.power == Power::running && live.world.disks.contains(machine.disk)) {
      change_disk(live, machine.disk).was_booted = true;
    }
  }
}

}  // namespace

Simulation::Simulation(WorldFile file, SimOptions options) : file_(std::move(file)), options_(std::move(options)) {
  began_at_ = world().clock.now_seconds;
  wall_began_at_ = wall_seconds();
}

/// The world before a step is kept by copying what the step before has touched; all of it only when somebody else
/// changed something meanwhile.
Status Simulation::step(const Op* op, const std::function<void(LiveWorld&)>& change) {
  if (!checker_) {
    return file_.commit(change);
  }
  std::optional<std::set<EntityKey>> touched;
  Status written = file_.commit([&](LiveWorld& live) {
    if (version_before_ != file_.version()) {
      before_ = live.world;
    }
    change(live);
    touched = live.touched;
  });
  if (touched) {
    checker_(Step{before_, world(), op});
    copy_parts(world(), *touched, before_);
    version_before_ = file_.version();
  }
  return written;
}

Status Simulation::go_on(double to_seconds) {
  return step(nullptr, [&](LiveWorld& live) { advance(live, to_seconds, run_scheduled_verb); });
}

Status Simulation::perform_with_faults(LiveWorld& live, const Op& op, const Setting& setting) {
  std::string name(traits_of(op).name);
  if (take_armed(live, name)) {
    return failure(ErrorKind::rejected, fmt::format("{} failed on {}, as fail-next asked for", name, target_of(op)),
                   "simulated fault");
  }
  if (happens(live, options_.faults.fails_before)) {
    ++fault_counts_.failed_before;
    return failure(ErrorKind::unreachable, fmt::format("{} of {} got no answer", name, target_of(op)),
                   "simulated fault, before the effect");
  }
  Status status = perform(live, op, setting);
  if (status && std::holds_alternative<StartMachine>(op) && !options_.systems.contains(System::talos)) {
    mark_booted(live, target_of(op));
  }
  if (status && happens(live, options_.faults.fails_after)) {
    ++fault_counts_.failed_after;
    status = failure(ErrorKind::outcome_unknown, fmt::format("the answer to {} of {} was lost", name, target_of(op)),
                     "simulated fault, after the effect");
  }
  return status;
}

Status Simulation::go_on_and_complete(double at_seconds, const Op& op, const Setting& setting) {
  if (next_happening(file_.live()) <= at_seconds) {
    if (Status gone_on = go_on(at_seconds); !gone_on) {
      return gone_on;
    }
  }
  Status outcome;
  Status written = step(&op, [&](LiveWorld& live) {
    advance(live, at_seconds, run_scheduled_verb);
    outcome = perform_with_faults(live, op, setting);
  });
  if (written && happens(file_.live(), options_.faults.machine_dies)) {
    // Not by the op, so it is a step of its own.
    written = step(nullptr, [&](LiveWorld& live) { fault_counts_.machines_died += kill_some_machine(live) ? 1 : 0; });
  }
  return written ? outcome : written;
}

bool Simulation::tbx_dies() {
  bool dies = happens(file_.live(), options_.faults.tbx_dies);
  fault_counts_.tbx_died += dies ? 1 : 0;
  return dies;
}

Status Simulation::leave_half(const Op& op, const Setting& setting) {
  return step(&op, [&](LiveWorld& live) { perform_half(live, op, setting); });
}

Status Simulation::catch_up_with_wall_clock() {
  if (is_all_simulated()) {
    return {};
  }
  double now = began_at_ + (wall_seconds() - wall_began_at_) * options_.pace;
  return go_on(std::max(world().clock.now_seconds, now));
}

std::string Simulation::why_hidden(System system) {
  const std::string& name = enum_name(system);
  if (std::ranges::binary_search(world().disturbances.hidden, name)) {
    std::string file = file_.path().empty() ? "FILE" : file_.path().string();
    return fmt::format("{} is hidden (tbx world {} unhide {} brings it back)", name, file, name);
  }
  if (happens(file_.live(), options_.faults.observe_fails)) {
    ++fault_counts_.looks_failed;
    return fmt::format("{} did not answer (simulated fault)", name);
  }
  return {};
}

void Simulation::learn_from(const ClusterSpec& wanted, const Observed& found) {
  if (options_.systems.contains(System::hyperv)) return;
  (void)file_.commit([&](LiveWorld& live) { learn_machines(live, wanted, found); });
}

void Simulation::observe(System system, const ClusterSpec& wanted, const Scope& scope, Observed& found) {
  found.credentials = credentials().observe();
  if (auto taken = file_.refresh(); !taken) {
    return observe_nothing(system, taken.error().message, wanted, scope, found);
  }
  if (std::string why = why_hidden(system); !why.empty()) {
    return observe_nothing(system, why, wanted, scope, found);
  }
  if (!is_all_simulated()) {
    if (system == System::talos) learn_from(wanted, found);
    (void)catch_up_with_wall_clock();
  }
  switch (system) {
    case System::hyperv:
      return observe_host(world(), wanted, scope, found);
    case System::talos:
      return observe_talos(world(), wanted, scope, found);
    case System::kubernetes:
      return observe_kubernetes(world(), wanted, scope, found);
    case System::helm:
      return observe_helm(world(), wanted, scope, found);
    case System::access:
      return observe_access(world(), wanted, found);
  }
}

}  // namespace tbx::sim
