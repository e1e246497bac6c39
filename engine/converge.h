// The whole loop: look, plan, execute, look again, until the plan is empty, stuck, or out of rounds.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/execute.h"
#include "engine/exit_code.h"
#include "engine/provider.h"

namespace tbx {

/// Secrets of the spec turned into fingerprints. Asked anew before each plan: their key comes with the secrets.
using Mask = std::function<ClusterSpec(const ClusterSpec&)>;
/// make_plan or make_destroy_plan.
using Planner = std::function<Plan(const ClusterSpec&, const Observed&)>;

/// What is already known to the caller: the plan that the user has seen, and the facts it was made from.
struct FirstPlan {
  Plan plan;
  Observed found;
};

struct ConvergeInput {
  const ClusterSpec& spec;  ///< with its secrets; providers are given this one
  std::span<Provider* const> providers;
  Runner& runner;
  Events& events;
  Mask mask;
  Planner planner;
  PlanMode mode = PlanMode::converge;
  std::optional<FirstPlan> first = std::nullopt;
  ExecuteOptions options = {};
  int max_rounds = 20;
  int max_idle_rounds = 5;  ///< rounds in a row without progress while an outcome is unknown
  int max_blind_looks = 4;  ///< looks in a row, with pauses, while nothing can start and something is unknown
};

struct NamedError {
  std::string id;  ///< "create-machine/talos-hypv-cp-01"
  Error error;
  bool was_started = true;  ///< false: a fact stayed unknown, so nothing was done
};

struct ConvergeResult {
  ExitCode exit_code = ExitCode::done;
  Plan plan;                           ///< the last one; empty when all is as wanted
  Observed found;                      ///< the last whole look
  std::vector<NamedError> errors;      ///< of the last round
  std::vector<Refused> refused;        ///< by the last plan, and on second looks of the last round
  std::vector<std::string> unsettled;  ///< with not_converged: the fields and actions that come back in every plan
  int rounds = 0;
  int retries = 0;
  double seconds = 0;
  /// No order within the limits does the rounds' plans in less, with every action as long as it was. Looks don't count.
  double lower_bound_seconds = 0;
};

/// Pre: nothing runs in `runner`.
ConvergeResult converge(const ConvergeInput& input);

/// Whether two plans do the same, whatever their reasons say.
bool same_actions(const Plan& left, const Plan& right);

/// "label-node/w: labels/tier is null, wanted "web"", or the action with its reason when it has no fields.
std::vector<std::string> what_is_left(const Plan& plan);

}  // namespace tbx
