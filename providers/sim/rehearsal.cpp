#include "providers/sim/rehearsal.h"

#include <optional>

#include <fmt/format.h>

#include "engine/converge.h"
#include "engine/look.h"
#include "engine/text_layout.h"
#include "providers/sim/sim_provider.h"
#include "providers/sim/sim_runner.h"
#include "providers/sim/world_lock.h"
#include "specs/mask.h"

namespace tbx::sim {

namespace {

/// What secrets that a run makes are made from: no secret at all, since its world is forgotten.
constexpr const char* no_secret = "rehearsal";

World start_of(const RehearsalInput& input, std::uint64_t seed) {
  World world = input.start;
  world.clock.seed = seed;
  world.locks.clear();  // whoever works there is not part of the rehearsal
  return world;
}

/// How an apply that was not killed ended.
std::string how_it_ended(const ConvergeResult& result) {
  switch (result.exit_code) {
    case ExitCode::done:
    case ExitCode::changes:
    case ExitCode::interrupted:
      break;
    case ExitCode::failed:
      return fmt::format("{} failed: {}", result.errors.front().id, result.errors.front().error.message);
    case ExitCode::refused:
      return fmt::format("{} was refused ({}): {}", id_of(result.refused.front().op), result.refused.front().rule,
                         result.refused.front().reason);
    case ExitCode::unobservable:
      return result.plan.unknown.empty()
                 ? "something needed could not be observed"
                 : fmt::format("{} could not be observed: {}", display_name(result.plan.unknown.front().system),
                               result.plan.unknown.front().reason);
    case ExitCode::not_converged:
      return result.unsettled.empty() ? "it does not settle" : "does not settle: " + result.unsettled.front();
  }
  return "done";
}

class Run : private Events {
 public:
  Run(const RehearsalInput& input, std::uint64_t seed)
      : input_(input),
        simulation_(
            WorldFile::in_memory(start_of(input, seed)),
            {.credentials = std::make_unique<CredentialMemory>(no_secret, input.credentials), .faults = input.faults}),
        checkers_(input.spec),
        owned_(make_providers(simulation_)),
        process_(this_process("tbx simulate")) {
    record_.seed = seed;
    for (const auto& provider : owned_) {
      providers_.push_back(provider.get());
    }
    simulation_.check_steps([this](const Step& step) {
      ++record_.steps;
      checkers_.after(step);
    });
    simulation_.check_starts([this](const World& world, const Op& op, const std::vector<const Op*>& running) {
      checkers_.before_start(world, op, running);
    });
  }

  RunRecord record() {
    double begun = now();
    for (int number = 1; number <= disturbed_applies + 1 && !record_.converged && !record_.was_interrupted; ++number) {
      if (number > disturbed_applies) {
        simulation_.stop_faults();
      }
      apply(number);
    }
    record_.seconds = now() - begun;
    record_.faults = simulation_.fault_counts();
    if (record_.converged) {
      simulation_.stop_faults();
      checkers_.check_second_plan(simulation_.world(), make_plan(masked(), look(providers_, input_.spec)));
      checkers_.at_end(simulation_.world());
    }
    record_.violations = checkers_.violations();
    for (Violation& each : record_.violations) {
      each.at_seconds -= begun;
    }
    return std::move(record_);
  }

 private:
  double now() const { return simulation_.world().clock.now_seconds; }

  /// Masking takes longer than a look, and changes only when the secrets are made.
  const ClusterSpec& masked() {
    auto key = simulation_.credentials().fingerprint_key();
    if (!masked_ || masked_with_key_ != key.has_value()) {
      masked_ = tbx::masked(input_.spec, key ? &*key : nullptr);
      masked_with_key_ = key.has_value();
    }
    return *masked_;
  }

  /// As a process of its own: it finds the lock of one that was killed, which it has to take over.
  void apply(int number) {
    double begun = now();
    process_.process_started = fmt::format("apply {}", number);
    WorldLock lock(simulation_, process_);
    if (Status locked = lock.acquire(input_.spec.name); !locked) {
      record_.applies.push_back(locked.error().message);
      return;
    }
    std::string end = "tbx was killed";
    try {
      SimRunner runner(simulation_, input_.spec, {.presses = input_.presses});
      end = take_over(tbx::converge(converge_input(runner, number)));
      (void)lock.release(input_.spec.name);
    } catch (const TbxKilled&) {
      // The lock stays, as it does when a process is gone.
    }
    record_.applies.push_back(fmt::format("after {}: {}", duration_text(now() - begun), end));
  }

  ConvergeInput converge_input(Runner& runner, int number) {
    ConvergeInput converge{.spec = input_.spec,
                           .providers = providers_,
                           .runner = runner,
                           .events = *this,
                           .mask = [this](const ClusterSpec&) { return masked(); },
                           .planner = make_plan};
    converge.options.arch = input_.spec.arch.empty() ? simulation_.world().host.arch : input_.spec.arch;
    converge.options.deadline_seconds = input_.spec.deadline_seconds;
    converge.options.seed = record_.seed + static_cast<std::uint64_t>(number) * 1000;
    return converge;
  }

  std::string take_over(const ConvergeResult& result) {
    record_.converged = result.exit_code == ExitCode::done;
    record_.was_interrupted = result.exit_code == ExitCode::interrupted;
    return how_it_ended(result);
  }

  void on(const Event& event, const Plan& plan, double) override {
    if (const auto* retried = std::get_if<ActionRetried>(&event)) {
      ++record_.retried[std::string(traits_of(plan.actions[retried->action].op).name)];
    }
    record_.rounds += std::holds_alternative<RoundStarted>(event) ? 1 : 0;
  }

  const RehearsalInput& input_;
  Simulation simulation_;
  Checkers checkers_;
  std::vector<std::unique_ptr<Provider>> owned_;
  std::vector<Provider*> providers_;
  LockEntry process_;
  std::optional<ClusterSpec> masked_;
  bool masked_with_key_ = false;
  RunRecord record_;
};

}  // namespace

RunRecord rehearse(const RehearsalInput& input, std::uint64_t seed) { return Run(input, seed).record(); }

}  // namespace tbx::sim
