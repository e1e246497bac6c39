// The rounds: how they go on, and how they end.
#include "engine/converge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/scripted_runner.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using test::Behaviour;
using test::RecordedEvents;
using test::ScriptedRunner;

/// A host whose machines are running or not; Hyper-V answers unless it is hidden.
struct World {
  std::set<std::string> running;
  std::set<std::string> foreign;
  int hidden_looks = 0;  ///< so many looks from now on fail
  int looks = 0;
};

class HostOfWorld : public Provider {
 public:
  explicit HostOfWorld(World& world) : world_(world) {}
  System system() const override { return System::hyperv; }
  void observe(const ClusterSpec&, const Scope&, Observed& found) override {
    ++world_.looks;
    found.host = {};
    if (world_.hidden_looks > 0) {
      --world_.hidden_looks;
      found.host.reason = "hidden";
      return;
    }
    found.host.presence = Presence::present;
    for (const std::string& name : world_.running) found.host.machines.push_back(machine(name, "c"));
    for (const std::string& name : world_.foreign) found.host.machines.push_back(machine(name, ""));
    std::ranges::sort(found.host.machines, {}, &Machine::name);
  }
  Status apply(const Op&, const ApplyContext&, std::stop_token) override { return {}; }

 private:
  static Machine machine(const std::string& name, const std::string& cluster) {
    Machine machine;
    machine.name = name;
    machine.mark.cluster = cluster;
    return machine;
  }

  World& world_;
};

/// Starts every wanted machine that does not run, in a chain.
Plan plan_starts(const ClusterSpec& wanted, const Observed& found) {
  std::vector<Op> ops;
  if (found.host.presence == Presence::unknown) {
    Plan blind = test::plan_of({});
    blind.unknown = {{System::hyperv, found.host.reason}};
    return blind;
  }
  for (const NodeSpec& node : wanted.nodes) {
    auto is_it = [&](const Machine& machine) { return machine.name == node.name && machine.mark.cluster == "c"; };
    if (std::ranges::none_of(found.host.machines, is_it)) ops.emplace_back(StartMachine{node.name, ""});
  }
  return test::plan_of(std::move(ops));
}

class Converge : public testing::Test {
 protected:
  Converge() {
    spec.name = "c";
    for (const char* name : {"a", "b"}) {
      spec.nodes.emplace_back();
      spec.nodes.back().name = name;
    }
  }

  /// What an attempt answers; empty: it works.
  using Answers = std::function<Status(const std::string& target, int attempt)>;

  ConvergeResult run(const Planner& planner = plan_starts, int max_rounds = 20) {
    Provider* providers[] = {&host};
    return converge({.spec = spec,
                     .providers = providers,
                     .runner = runner,
                     .events = events,
                     .mask = [](const ClusterSpec& unmasked) { return unmasked; },
                     .planner = planner,
                     .first = first,
                     .max_rounds = max_rounds});
  }

  Behaviour play(const Job& job, int attempt) {
    Status status = answers ? answers(target_of(job.op), attempt) : Status{};
    if (status || has_effect_anyway) world.running.insert(target_of(job.op));
    return {1, status};
  }

  ClusterSpec spec;
  World world;
  HostOfWorld host{world};
  RecordedEvents events;
  ScriptedRunner runner{[this](const Job& job, int attempt) { return play(job, attempt); }};
  Answers answers;
  bool has_effect_anyway = false;
  std::optional<FirstPlan> first;
};

TEST_F(Converge, EndsWithAnEmptyPlan) {
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 1);
  EXPECT_TRUE(result.plan.converged());
  EXPECT_EQ(world.running, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(events.count("round 1"), 2);
}

TEST_F(Converge, DoesNothingWhenAllIsAsWanted) {
  world.running = {"a", "b"};
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 0);
  EXPECT_TRUE(runner.started.empty());
}

TEST_F(Converge, StartsWithThePlanTheUserHasSeen) {
  first = FirstPlan{test::plan_of({StartMachine{"a", ""}}), {}};
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 2);
  EXPECT_EQ(id_of(runner.started.at(0).op), "start-machine/a");
  EXPECT_EQ(id_of(runner.started.at(1).op), "start-machine/b");
}

TEST_F(Converge, TriesAFailedActionAgainWhileRoundsMakeProgress) {
  answers = [](const std::string& target, int attempt) -> Status {
    if (target == "a" && attempt == 1) return failure(ErrorKind::rejected, "not yet");
    return {};
  };
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 2);
  EXPECT_TRUE(result.errors.empty());
}

TEST_F(Converge, EndsWithTheErrorsWhenAFailedActionMakesNoProgress) {
  answers = [](const std::string& target, int) -> Status {
    if (target == "a") return failure(ErrorKind::rejected, "no memory left");
    return {};
  };
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::failed);
  EXPECT_EQ(result.rounds, 2);
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_EQ(result.errors[0].id, "start-machine/a");
  EXPECT_EQ(result.errors[0].error.message, "no memory left");
}

TEST_F(Converge, LooksAgainAfterAnUnknownOutcome) {
  has_effect_anyway = true;
  answers = [](const std::string&, int) -> Status { return failure(ErrorKind::outcome_unknown, "answer lost"); };
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 1);
  EXPECT_EQ(runner.started.size(), 2U);
}

TEST_F(Converge, RepeatsOnlyAfterALookWhatHadNoEffect) {
  answers = [](const std::string&, int attempt) -> Status {
    return attempt <= 3 ? Status(failure(ErrorKind::outcome_unknown, "answer lost")) : Status{};
  };
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_EQ(result.rounds, 4);
  EXPECT_EQ(result.retries, 0);
}

TEST_F(Converge, GivesUpOnOutcomesThatStayUnknown) {
  answers = [](const std::string&, int) -> Status { return failure(ErrorKind::outcome_unknown, "answer lost"); };
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::failed);
  EXPECT_EQ(result.rounds, 5);
}

TEST_F(Converge, NamesWhatWillNotSettle) {
  Plan same = test::plan_of({StartMachine{"a", ""}, StartMachine{"b", ""}});
  same.actions[0].changes = {{"cpus", "2", "4"}};
  ConvergeResult result = run([&](const ClusterSpec&, const Observed&) { return same; });
  EXPECT_EQ(result.exit_code, ExitCode::not_converged);
  EXPECT_EQ(result.rounds, 1);
  EXPECT_EQ(result.unsettled,
            (std::vector<std::string>{"start-machine/a: cpus is 2, wanted 4", "start-machine/b: because"}));
}

TEST_F(Converge, EndsAfterTheLastRound) {
  int number = 0;
  auto always_new = [&](const ClusterSpec&, const Observed&) {
    return test::plan_of({StartMachine{"m" + std::to_string(++number), ""}});
  };
  ConvergeResult result = run(always_new, 3);
  EXPECT_EQ(result.exit_code, ExitCode::not_converged);
  EXPECT_EQ(result.rounds, 3);
  EXPECT_EQ(result.unsettled, (std::vector<std::string>{"start-machine/m4: because"}));
}

TEST_F(Converge, DoesWhatIsNotRefusedAndEndsRefused) {
  auto refusing = [](const ClusterSpec& wanted, const Observed& found) {
    Plan plan = plan_starts(wanted, found);
    plan.refused = {{DeleteMachine{"x", "id"}, "protected", "the file protects x"}};
    plan.actions.push_back({DeleteDisk{"x", "x.vhdx"}, "follows", Impact::data_loss, {}});
    plan.blocked = {static_cast<ActionId>(plan.actions.size() - 1)};
    return plan;
  };
  ConvergeResult result = run(refusing);
  EXPECT_EQ(result.exit_code, ExitCode::refused);
  EXPECT_EQ(result.rounds, 1);
  EXPECT_EQ(runner.started.size(), 2U);
  ASSERT_EQ(result.refused.size(), 1U);
}

TEST_F(Converge, CallsNothingUnsettledThatOnlyWaitsBeforeARefusal) {
  Plan same = test::plan_of({AwaitAddress{"a"}, StartMachine{"b", ""}}, {{0, 1}});
  same.refused = {{DeleteMachine{"x", "id"}, "protected", "the file protects x"}};
  same.blocked = {1};
  ConvergeResult result = run([&](const ClusterSpec&, const Observed&) { return same; });
  EXPECT_EQ(result.exit_code, ExitCode::refused);
  EXPECT_EQ(result.unsettled, std::vector<std::string>{});
}

TEST_F(Converge, EndsRefusedWhenTheSecondLookRefuses) {
  world.foreign = {"a"};
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::refused);
  EXPECT_EQ(world.running, std::set<std::string>{"b"});
  ASSERT_EQ(result.refused.size(), 1U);
  EXPECT_EQ(result.refused[0].rule, "not-ours");
  EXPECT_TRUE(result.unsettled.empty());
}

TEST_F(Converge, LooksAgainForAWhileWhenNothingIsKnown) {
  world.hidden_looks = 2;
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::done);
  EXPECT_GE(result.seconds, 1 + 2);
}

TEST_F(Converge, EndsUnobservableWhenNothingBecomesKnown) {
  world.hidden_looks = 1000;
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::unobservable);
  EXPECT_EQ(world.looks, 4);
  EXPECT_TRUE(runner.started.empty());
}

TEST_F(Converge, EndsUnobservableWhenTheSecondLookStaysBlind) {
  first = FirstPlan{test::plan_of({StartMachine{"a", ""}}), {}};
  world.hidden_looks = 1000;
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::unobservable);
  EXPECT_TRUE(runner.started.empty());
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_EQ(result.errors[0].error.message, "Hyper-V could not be observed: hidden");
}

TEST_F(Converge, EndsInterrupted) {
  runner.interrupt_at(0.5);
  ConvergeResult result = run();
  EXPECT_EQ(result.exit_code, ExitCode::interrupted);
  EXPECT_EQ(world.looks, 3) << "one whole look and two second ones, none after the interrupt";
}

TEST_F(Converge, EndsInterruptedWhileItWaitsToLookAgain) {
  world.hidden_looks = 1000;
  runner.interrupt_at(2);
  EXPECT_EQ(run().exit_code, ExitCode::interrupted);
}

}  // namespace
}  // namespace tbx
