// Runs a plan: one loop on one thread, like ninja's. All that waits or works is behind Runner.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/events.h"
#include "engine/plan.h"
#include "engine/policy.h"
#include "engine/provider.h"
#include "engine/runner.h"

namespace tbx {

/// What was found just before an action starts.
struct SecondLook {
  Observed found;
  std::optional<Refusal> refusal;
  std::string unknown;  ///< why a fact that the action depends on could not be learned; empty: all are known
};

using Recheck = std::function<SecondLook(const Action&)>;

struct ExecuteOptions {
  int parallel = 0;                             ///< actions at once, all systems together; 0: the systems' own limits
  std::map<std::string, int> deadline_seconds;  ///< by kind of action; the rest by its traits
  std::string arch;                             ///< arm64: defaults three times as long
  int max_attempts = 5;
  double first_delay_seconds = 2;  ///< before the second attempt; doubled each time, then jittered
  double max_delay_seconds = 60;
  std::uint64_t seed = 0;  ///< of the jitter
};

/// What became of an action; each has exactly one at the end.
enum class Outcome {
  not_started,  ///< the plan blocks it, or the user stopped
  succeeded,
  failed,
  refused,  ///< a rule said no on the second look
  skipped,  ///< something that it depends on failed or was refused
};

struct ActionError {
  ActionId action = 0;
  Error error;
  bool was_started = true;  ///< false: a fact stayed unknown on the second look, so nothing was done
  bool operator==(const ActionError&) const = default;
};

struct ActionRefusal {
  ActionId action = 0;
  Refusal refusal;
  bool operator==(const ActionRefusal&) const = default;
};

struct Report {
  std::vector<Outcome> outcomes;  ///< by action
  std::vector<double> seconds;    ///< by action: how long its attempts ran, without the pauses between them
  std::vector<ActionError> errors;
  std::vector<ActionRefusal> refusals;
  int retries = 0;
  int interrupts = 0;  ///< how often the user asked to stop
};

/// What the file and the host say of a run; the rest as it is by default.
ExecuteOptions options_for(const ClusterSpec& spec, const HostState& host);

/// All attempts of an action and the pauses between them fit into this.
double deadline_of(const Op& op, const ExecuteOptions& options);
/// The same, for a provider that has to be through with something by then.
double deadline_of(const Op& op, const ApplyContext& context);

/// Before each start `recheck` looks again: a refusal ends the action, an unknown fact is retried like an error that
/// may be. After outcome_unknown nothing is repeated: the next round looks what is so.
Report execute(const Plan& plan, Runner& runner, const Recheck& recheck, Events& events, const ExecuteOptions& options);

}  // namespace tbx
