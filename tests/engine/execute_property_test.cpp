// Random plans with random failures: what must hold for every run.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <random>
#include <set>

#include "engine/execute.h"
#include "tests/support/property.h"
#include "tests/support/scripted_runner.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

int number_below(std::mt19937& random, unsigned limit) { return static_cast<int>(random() % limit); }

Op random_op(std::mt19937& random, std::size_t number) {
  std::string target = "t" + std::to_string(number);
  switch (random() % 6) {
    case 0:
      return DownloadImage{target};
    case 1:
      return CreateDisk{target, 20, {}};
    case 2:
      return BootstrapEtcd{target};
    case 3:
      return InstallRelease{target};
    case 4:
      return DrainNode{target};
    default:
      return ApplyConfig{target, {}};
  }
}

/// Edges go from lower to higher ids, so there is no cycle.
Plan random_plan(std::mt19937& random) {
  std::size_t count = 1 + random() % 40;
  std::vector<Op> ops;
  std::set<std::pair<ActionId, ActionId>> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    ops.push_back(random_op(random, i));
    for (std::size_t edges = i == 0 ? 0 : random() % 3; edges > 0; --edges) {
      pairs.emplace(static_cast<ActionId>(i), static_cast<ActionId>(random() % i));
    }
  }
  std::vector<Dependency> dependencies;
  for (auto [after, before] : pairs) dependencies.push_back({before, after});
  Plan plan = test::plan_of(std::move(ops), std::move(dependencies));
  for (ActionId id = 0; id < count; ++id) {
    if (random() % 20 == 0) plan.blocked.push_back(id);
  }
  return plan;
}

test::ScriptedRunner::Script random_script(std::mt19937& random, int failures_in_ten) {
  return [&random, failures_in_ten](const Job&, int) -> test::Behaviour {
    double seconds = 1 + number_below(random, 30);
    if (number_below(random, 10) >= failures_in_ten) return {seconds, {}};
    auto kind = static_cast<ErrorKind>(random() % 8);
    return {seconds, failure(kind, "chance")};
  };
}

Recheck random_recheck(std::mt19937& random) {
  return [&random](const Action&) {
    SecondLook look;
    if (random() % 15 == 0) look.refusal = Refusal{"protected", "chance"};
    if (random() % 15 == 0) look.unknown = "chance";
    return look;
  };
}

/// Fails the property when an action starts before all that it depends on has succeeded, or after its own end.
class OrderChecker : public Events {
 public:
  void on(const Event& event, const Plan& plan, double) override {
    if (const auto* started = std::get_if<ActionStarted>(&event)) {
      RC_ASSERT(!ended_.contains(started->action));
      for (const Dependency& edge : plan.dependencies) {
        if (edge.after == started->action) RC_ASSERT(succeeded_.contains(edge.before));
      }
    } else if (const auto* done = std::get_if<ActionSucceeded>(&event)) {
      succeeded_.insert(done->action);
      end(done->action);
    } else if (const auto* failed = std::get_if<ActionFailed>(&event)) {
      end(failed->action);
    } else if (const auto* refused = std::get_if<ActionRefused>(&event)) {
      end(refused->action);
    } else if (const auto* skipped = std::get_if<ActionSkipped>(&event)) {
      end(skipped->action);
    }
  }
  const std::set<ActionId>& ended() const { return ended_; }

 private:
  void end(ActionId action) { RC_ASSERT(ended_.insert(action).second); }

  std::set<ActionId> succeeded_;
  std::set<ActionId> ended_;
};

void holds_for(unsigned seed, bool with_interrupt) {
  std::mt19937 random(seed);
  const Plan plan = random_plan(random);
  test::ScriptedRunner runner(random_script(random, number_below(random, 4)));
  if (with_interrupt) {
    for (int i = number_below(random, 3); i > 0; --i) {
      runner.interrupt_at(20.0 * (3 - i) + number_below(random, 20));
    }
  }
  OrderChecker events;
  Report report = execute(plan, runner, random_recheck(random), events, ExecuteOptions{});

  RC_ASSERT(runner.most_of_any_kind_over_limit == 0);
  RC_ASSERT(runner.most_of_any_system_over_limit == 0);
  RC_ASSERT(report.outcomes.size() == plan.actions.size());
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    RC_ASSERT((report.outcomes[id] != Outcome::not_started) == events.ended().contains(id));
  }
  if (report.interrupts == 0) {
    for (ActionId id : plan.blocked) RC_ASSERT(report.outcomes[id] == Outcome::not_started);
  }
}

TBX_PROPERTY(ExecuteProperty, EveryActionEndsOnceInOrderAndWithinTheLimits, 3000, (unsigned seed)) {
  holds_for(seed, false);
}

TBX_PROPERTY(ExecuteProperty, HoldsUnderInterruptsToo, 3000, (unsigned seed)) { holds_for(seed, true); }

}  // namespace
}  // namespace tbx
