// The loop: retries, deadlines, the second look, stopping.
#include "engine/execute.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_runner.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using enum Outcome;
using Outcomes = std::vector<Outcome>;
using test::Behaviour;
using test::plan_of;
using test::RecordedEvents;
using test::ScriptedRunner;
using test::starts;

SecondLook all_clear(const Action&) { return {}; }

struct Told {
  Report report;
  RecordedEvents events;
  double seconds = 0;
};

Told run(const Plan& plan, ScriptedRunner& runner, const Recheck& recheck = all_clear,
         const ExecuteOptions& options = {}) {
  Told result;
  result.report = execute(plan, runner, recheck, result.events, options);
  result.seconds = runner.now_seconds();
  return result;
}

/// The given error for the first attempts of this action, then success.
ScriptedRunner::Script failing(const std::string& id, ErrorKind kind, int times = 1000) {
  return [=](const Job& job, int attempt) -> Behaviour {
    if (id_of(job.op) == id && attempt <= times) return {1, failure(kind, "no luck")};
    return {};
  };
}

TEST(Execute, RunsEverythingInOrder) {
  ScriptedRunner runner;
  Told result = run(starts(3, {{0, 1}, {1, 2}}), runner);
  EXPECT_EQ(result.report.outcomes, (Outcomes{succeeded, succeeded, succeeded}));
  EXPECT_EQ(
      result.events.lines,
      (std::vector<std::string>{"0 started start-machine/m0 attempt 1 within 120", "1 succeeded start-machine/m0",
                                "1 started start-machine/m1 attempt 1 within 120", "2 succeeded start-machine/m1",
                                "2 started start-machine/m2 attempt 1 within 120", "3 succeeded start-machine/m2"}));
}

TEST(Execute, IsDoneAtOnceWithAnEmptyPlan) {
  ScriptedRunner runner;
  EXPECT_TRUE(run(Plan{}, runner).report.outcomes.empty());
}

TEST(Execute, NeverStartsWhatThePlanBlocks) {
  Plan plan = starts(3, {{0, 1}});
  plan.blocked = {1};
  ScriptedRunner runner;
  EXPECT_EQ(run(plan, runner).report.outcomes, (Outcomes{succeeded, not_started, succeeded}));
}

TEST(Execute, RetriesWhatMayBeRetriedWithGrowingDelays) {
  ScriptedRunner runner(failing("start-machine/m0", ErrorKind::busy, 3));
  Told result = run(starts(1), runner);
  EXPECT_EQ(result.report.outcomes, Outcomes{succeeded});
  EXPECT_EQ(result.report.retries, 3);
  EXPECT_EQ(result.events.count("retried start-machine/m0: no luck"), 3);
  // Four attempts of a second, and pauses of 1 to 2, 2 to 4 and 4 to 8 seconds.
  EXPECT_GE(result.seconds, 4 + 7);
  EXPECT_LE(result.seconds, 4 + 14);
}

TEST(Execute, GivesUpAfterTheLastAttempt) {
  ScriptedRunner runner(failing("start-machine/m0", ErrorKind::unreachable));
  Told result = run(starts(2, {{0, 1}}), runner);
  EXPECT_EQ(result.report.outcomes, (Outcomes{failed, skipped}));
  EXPECT_EQ(runner.started.size(), 5U);
  EXPECT_EQ(result.report.errors, (std::vector<ActionError>{{0, {ErrorKind::unreachable, "no luck", ""}}}));
  EXPECT_EQ(result.events.count("skipped start-machine/m1 because of start-machine/m0"), 1);
}

TEST(Execute, GivesTheSameDelaysForTheSameSeed) {
  auto seconds = [](std::uint64_t seed) {
    ScriptedRunner runner(failing("start-machine/m0", ErrorKind::busy, 2));
    ExecuteOptions options;
    options.seed = seed;
    return run(starts(1), runner, all_clear, options).seconds;
  };
  EXPECT_EQ(seconds(7), seconds(7));
  EXPECT_NE(seconds(7), seconds(8));
}

TEST(Execute, DoesNotRepeatWhatARetryDoesNotChange) {
  for (ErrorKind kind : {ErrorKind::rejected, ErrorKind::malformed_answer, ErrorKind::outcome_unknown}) {
    ScriptedRunner runner(failing("start-machine/m0", kind));
    Told result = run(starts(3, {{0, 1}}), runner);
    EXPECT_EQ(result.report.outcomes, (Outcomes{failed, skipped, succeeded})) << to_string(kind);
    EXPECT_EQ(runner.started.size(), 2U);
    EXPECT_EQ(result.report.retries, 0);
  }
}

TEST(Execute, TakesARefusalOfAProviderAsARefusal) {
  ScriptedRunner runner([](const Job&, int) -> Behaviour {
    return {1, failure(ErrorKind::refused, "the VM is another one", "identity")};
  });
  Told result = run(starts(1), runner);
  EXPECT_EQ(result.report.outcomes, Outcomes{refused});
  EXPECT_EQ(result.report.refusals, (std::vector<ActionRefusal>{{0, {"identity", "the VM is another one"}}}));
}

TEST(Execute, DoesNotStartWhatTheSecondLookRefuses) {
  ScriptedRunner runner;
  Told result = run(starts(3, {{0, 1}, {1, 2}}), runner, [](const Action& action) {
    SecondLook look;
    if (target_of(action.op) == "m1") look.refusal = Refusal{"etcd-quorum", "one member is down"};
    return look;
  });
  EXPECT_EQ(result.report.outcomes, (Outcomes{succeeded, refused, skipped}));
  EXPECT_EQ(runner.started.size(), 1U);
  EXPECT_EQ(result.events.count("refused start-machine/m1: etcd-quorum"), 1);
}

TEST(Execute, HandsTheSecondLookToTheJob) {
  ScriptedRunner runner;
  run(starts(1), runner, [](const Action&) {
    SecondLook look;
    look.found.host.arch = "arm64";
    return look;
  });
  EXPECT_EQ(runner.started.at(0).found.host.arch, "arm64");
}

TEST(Execute, LooksAgainAFewTimesWhenAFactIsUnknown) {
  int looks = 0;
  ScriptedRunner runner;
  auto blind_for = [&](int times) {
    return [&looks, times](const Action&) {
      SecondLook look;
      if (++looks <= times) look.unknown = "Kubernetes did not answer";
      return look;
    };
  };
  Told result = run(starts(1), runner, blind_for(2));
  EXPECT_EQ(result.report.outcomes, Outcomes{succeeded});
  EXPECT_EQ(result.report.retries, 2);

  ScriptedRunner never;
  looks = 0;
  result = run(starts(1), never, blind_for(1000));
  EXPECT_EQ(result.report.outcomes, Outcomes{failed});
  EXPECT_TRUE(never.started.empty());
  EXPECT_EQ(result.report.errors.at(0).error.kind, ErrorKind::unreachable);
  EXPECT_EQ(looks, 5);
}

TEST(Execute, FitsAllAttemptsIntoTheDeadline) {
  ScriptedRunner runner([](const Job&, int) -> Behaviour { return {50, failure(ErrorKind::busy, "busy")}; });
  Told result = run(starts(1), runner);
  EXPECT_EQ(result.report.outcomes, Outcomes{failed});
  EXPECT_EQ(runner.started.size(), 3U);
  EXPECT_LE(result.seconds, 120);
  EXPECT_EQ(result.report.errors.at(0).error.kind, ErrorKind::timed_out);
}

TEST(Execute, TakesDeadlinesFromTheSpecThenFromTheKind) {
  ExecuteOptions options;
  EXPECT_DOUBLE_EQ(deadline_of(BootstrapEtcd{"a"}, options), 300);
  options.arch = "arm64";
  EXPECT_DOUBLE_EQ(deadline_of(BootstrapEtcd{"a"}, options), 900);
  options.deadline_seconds = {{"bootstrap-etcd", 100}};
  EXPECT_DOUBLE_EQ(deadline_of(BootstrapEtcd{"a"}, options), 100);
}

TEST(Execute, GivesAProviderTheDeadlineThatTheRunCounts) {
  ClusterSpec spec;
  Observed found;
  found.host.arch = "arm64";
  const ApplyContext context{spec, found, {}};
  EXPECT_DOUBLE_EQ(deadline_of(StopMachine{"a", ""}, context), 540)
      << "the host's architecture, where the file names none";
  spec.arch = "amd64";
  EXPECT_DOUBLE_EQ(deadline_of(StopMachine{"a", ""}, context), 180);
  spec.deadline_seconds["stop-machine"] = 20;
  EXPECT_DOUBLE_EQ(deadline_of(StopMachine{"a", ""}, context), 20);
}

TEST(Execute, TellsWhatAnActionWaitsFor) {
  ScriptedRunner runner([](const Job&, int) -> Behaviour { return {10, {}, "etcd is preparing"}; });
  EXPECT_EQ(run(starts(1), runner).events.count("5 waiting start-machine/m0: etcd is preparing"), 1);
}

TEST(Execute, FinishesWhatRunsAfterTheFirstInterrupt) {
  ScriptedRunner runner([](const Job&, int) -> Behaviour { return {10, {}}; });
  runner.interrupt_at(5);
  Told result = run(starts(5, {{0, 4}}), runner);
  EXPECT_EQ(result.report.outcomes, (Outcomes{succeeded, succeeded, succeeded, succeeded, not_started}));
  EXPECT_EQ(result.report.interrupts, 1);
  EXPECT_FALSE(runner.was_cancelled);
  EXPECT_EQ(result.events.count("5 stop 1"), 1);
}

TEST(Execute, CancelsWhatRunsAfterTheSecondInterrupt) {
  ScriptedRunner runner([](const Job&, int) -> Behaviour { return {100, {}}; });
  runner.interrupt_at(5);
  runner.interrupt_at(6);
  Told result = run(starts(2, {{0, 1}}), runner);
  EXPECT_EQ(result.report.outcomes, (Outcomes{failed, skipped}));
  EXPECT_EQ(result.report.errors.at(0).error.kind, ErrorKind::cancelled);
  EXPECT_EQ(result.report.interrupts, 2);
  EXPECT_DOUBLE_EQ(result.seconds, 6);
}

TEST(Execute, DoesNotRetryAfterAnInterrupt) {
  ScriptedRunner runner(failing("start-machine/m0", ErrorKind::busy));
  runner.interrupt_at(1.5);
  Told result = run(starts(1), runner);
  EXPECT_EQ(result.report.outcomes, Outcomes{not_started});
  EXPECT_EQ(runner.started.size(), 1U);
}

TEST(Execute, LetsOthersRunWhileOneWaitsForItsRetry) {
  ScriptedRunner runner(failing("download-image/1", ErrorKind::busy, 1));
  Told result = run(plan_of({DownloadImage{"1"}, DownloadImage{"2"}, DownloadImage{"3"}}), runner);
  EXPECT_EQ(result.report.outcomes, (Outcomes{succeeded, succeeded, succeeded}));
  EXPECT_EQ(result.events.count("1 started download-image/3"), 1);
  EXPECT_EQ(runner.most_of_any_kind_over_limit, 0);
}

TEST(Execute, CountsTheSecondsOfAllAttemptsAndNotThePausesBetweenThem) {
  ScriptedRunner runner(failing("start-machine/m0", ErrorKind::busy, 2));
  Told result = run(starts(2, {{0, 1}}), runner);
  EXPECT_EQ(result.report.seconds, (std::vector<double>{3, 1}));
  EXPECT_GT(result.seconds, 4);
}

}  // namespace
}  // namespace tbx
