// tbx simulate: the whole loop, many times, in worlds that nobody keeps.
#include <fmt/format.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/load_spec.h"
#include "cli/messages.h"
#include "cli/rehearsal_progress.h"
#include "cli/rehearsal_verdict.h"
#include "cli/session.h"
#include "engine/look.h"
#include "providers/sim/rehearsal_pool.h"
#include "providers/sim/sim_provider.h"
#include "specs/load.h"
#include "specs/mask.h"

namespace tbx {
namespace {

/// Of every moment at which tbx begins to wait; there are some hundred in an apply.
constexpr double kill_rate = 0.01;

sim::Faults faults_of(const SimulateArguments& arguments) {
  const double rate = arguments.faults;
  return {.fails_before = rate,
          .fails_after = rate,
          .observe_fails = rate,
          .machine_dies = rate,
          .tbx_dies = arguments.kill ? kill_rate : 0};
}

/// The world is read and never written.
Result<sim::RehearsalInput> input_of(const SimulateArguments& arguments, ClusterSpec spec) {
  sim::RehearsalInput input{.spec = std::move(spec), .start = {}, .credentials = {}, .faults = faults_of(arguments)};
  if (!arguments.sim.file.empty()) {
    Result<sim::WorldFile> file = sim::WorldFile::open(path_from_text(arguments.sim.file));
    if (!file) return tl::unexpected(file.error());
    input.start = file->world();
    CredentialReader reader(credentials_folder(arguments.spec, input.spec));
    input.credentials = {reader.observe(), reader.fingerprint_key()};
  }
  return input;
}

/// The plan from the state in which every run begins.
Plan first_plan(const sim::RehearsalInput& input) {
  sim::Simulation simulation(sim::WorldFile::in_memory(input.start),
                             {.credentials = std::make_unique<sim::CredentialMemory>("", input.credentials)});
  const auto owned = sim::make_providers(simulation);
  std::vector<Provider*> providers;
  for (const auto& provider : owned) providers.push_back(provider.get());
  const std::optional<FingerprintKey>& key = input.credentials.key;
  return make_plan(masked(input.spec, key ? &*key : nullptr), look(providers, input.spec));
}

}  // namespace

ExitCode run_command(const SimulateArguments& arguments, Streams& streams) {
  std::optional<ClusterSpec> spec = load_spec(arguments.spec, streams);
  if (!spec) return ExitCode::failed;
  Result<sim::RehearsalInput> input = input_of(arguments, *std::move(spec));
  if (!input) {
    say_error(streams, input.error());
    return ExitCode::failed;
  }
  if (arguments.sim.file.empty()) {
    say(streams, "Every run starts from an empty host; with --sim FILE, from the world kept in FILE.");
  }
  Verdict verdict{.asked = arguments, .plan = first_plan(*input), .records = {}};
  {
    const CountInterrupts counting;
    input->presses = &interrupt_count();
    RehearsalProgress progress(streams, arguments.runs);
    verdict.records = sim::rehearse_all(*input, arguments.seed, arguments.runs, [&](const sim::RunRecord& record) {
      progress.count(record.converged && record.violations.empty());
    });
  }
  streams.out << verdict_to_text(verdict, style_of(streams, streams.out_terminal));
  return exit_code_of(verdict);
}

}  // namespace tbx
