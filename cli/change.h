// What apply and destroy have in common: the lock, the loop with its progress, and the report of how it ended.
#pragma once

#include <optional>
#include <string>

#include "cli/session.h"
#include "engine/converge.h"

namespace tbx {

/// What the loop is asked to do.
struct ChangeRequest {
  Planner planner;
  PlanMode mode = PlanMode::converge;
  std::vector<Provider*> providers;
  FirstPlan first;
  std::string events_file;  ///< journal; empty: none
  std::optional<int> max_rounds;
  std::optional<int> parallel;
};

/// Takes the lock, runs the loop, gives the lock back however it ended. Empty when it could not begin; says why.
std::optional<ConvergeResult> change(const Session& session, ChangeRequest request, const Streams& streams);

/// Says on stderr what failed, what is refused, unknown or unsettled, and what to do next. Nothing when all is done.
void say_how_it_ended(const ConvergeResult& result, const Session& session, const Streams& streams);

/// "2 rounds, 1 repeated attempt, 9 min 40 s of the simulated world's time"
std::string effort_text(const ConvergeResult& result, const Session& session);

}  // namespace tbx
