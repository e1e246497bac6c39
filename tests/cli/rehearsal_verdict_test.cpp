// The verdict word for word: figures that add up, and for each run that went wrong the command that replays it.
#include "cli/rehearsal_verdict.h"

#include <gtest/gtest.h>

#include "tests/support/command_line.h"

namespace tbx {
namespace {

const SimulateArguments three_runs{
    .spec = "cluster.yaml", .sim = {}, .runs = 3, .seed = 8, .faults = 0.25, .kill = true};

sim::RunRecord good(std::uint64_t seed, double seconds) {
  return {.seed = seed,
          .converged = true,
          .applies = {"after 40 s: tbx was killed", "after 5 min: done"},
          .seconds = seconds,
          .rounds = 4,
          .steps = 100,
          .faults = {.failed_before = 1, .failed_after = 2, .looks_failed = 3, .machines_died = 4, .tbx_died = 1},
          .retried = {{"await-api", 1}, {"start-machine", 2}},
          .violations = {}};
}

sim::RunRecord stuck(std::uint64_t seed) {
  sim::RunRecord record = good(seed, 9999);
  record.converged = false;
  record.applies.back() = "after 5 min: await-api/demo failed: it took longer than 900 s";
  return record;
}

Verdict verdict_of(std::vector<sim::RunRecord> records) {
  Verdict verdict{.asked = three_runs, .plan = {}, .records = std::move(records)};
  verdict.plan.cluster = "demo";
  return verdict;
}

TEST(RehearsalVerdict, OfGoodRunsIsAllFigures) {
  const Verdict verdict = verdict_of({good(8, 60), good(9, 200), good(10, 100)});
  EXPECT_EQ(exit_code_of(verdict), ExitCode::done);
  EXPECT_EQ(verdict_to_text(verdict, {}),
            "demo from an empty host: 3 runs, seeds 8 to 10\n"
            "\n"
            "  longest chain  nothing to do at the start\n"
            "  converged      3 of 3\n"
            "  time           min 1 min, median 1 min 40 s, max 3 min 20 s\n"
            "  rounds         min 4, median 4, max 4, in 2 applies\n"
            "  faults         3 actions failed, 6 answers lost, 9 looks failed, 12 machines\n"
            "                 died\n"
            "  tbx killed     3 times\n"
            "  tried again    9 attempts: start-machine 6, await-api 3\n"
            "  checked        300 steps: no rule was broken\n"
            "\n"
            "No run went wrong: each ended as the file says, and its second plan was empty.\n");
}

TEST(RehearsalVerdict, NamesEachRunThatDidNotConvergeAndHowToReplayIt) {
  const Verdict verdict = verdict_of({good(8, 60), stuck(9), good(10, 100)});
  EXPECT_EQ(exit_code_of(verdict), ExitCode::not_converged);
  const std::string text = verdict_to_text(verdict, {});
  EXPECT_TRUE(test::contains(text, "  converged      2 of 3\n"));
  EXPECT_TRUE(test::contains(text,
                             "\nSeed 9\n"
                             "  apply 1 ended after 40 s: tbx was killed\n"
                             "  apply 2 ended after 5 min: await-api/demo failed: it took longer than 900 s\n"
                             "  tbx simulate cluster.yaml --seed 9 --runs 1 --faults 0.25 --kill\n"));
  EXPECT_TRUE(test::contains(text, "\n1 run went wrong. The command below each replays it.\n"));
}

TEST(RehearsalVerdict, ABrokenRuleIsABugWhateverElseWentWell) {
  sim::RunRecord broken = good(10, 100);
  broken.violations = {{"quorum", "etcd lost its quorum by stop-machine/demo-cp-02", 125}};
  const Verdict verdict = verdict_of({good(8, 60), stuck(9), broken});
  EXPECT_EQ(exit_code_of(verdict), ExitCode::failed);
  const std::string text = verdict_to_text(verdict, {});
  EXPECT_TRUE(test::contains(text, "  checked        300 steps: 1 rule broken\n"));
  EXPECT_TRUE(test::contains(text,
                             "\nSeed 10\n"
                             "  rule quorum broken after 2 min 5 s: etcd lost its quorum by\n"));
  EXPECT_TRUE(test::contains(text, "  tbx simulate cluster.yaml --seed 10 --runs 1 --faults 0.25 --kill\n"));
}

TEST(RehearsalVerdict, OfAnInterruptedRehearsalSaysWhatWasLearnedSoFar) {
  const Verdict some = verdict_of({good(9, 60)});
  EXPECT_EQ(exit_code_of(some), ExitCode::interrupted);
  EXPECT_TRUE(test::contains(verdict_to_text(some, {}), "Interrupted: 1 run came to its end.\n"));
  EXPECT_TRUE(test::contains(verdict_to_text(some, {}), "  converged      1 of 1\n"));
  const Verdict none = verdict_of({});
  EXPECT_EQ(exit_code_of(none), ExitCode::interrupted);
  EXPECT_TRUE(test::contains(verdict_to_text(none, {}), "Interrupted: no run came to its end.\n"));
}

TEST(RehearsalVerdict, AReplayHasOnlyTheOptionsThatItNeeds) {
  EXPECT_EQ(replay_command({.spec = "c.yaml", .sim = {}}, 4), "tbx simulate c.yaml --seed 4 --runs 1");
  EXPECT_EQ(replay_command({.spec = "my cluster.yaml", .sim = {.file = "w.json"}, .runs = 50}, 4),
            "tbx simulate 'my cluster.yaml' --seed 4 --runs 1 --sim w.json");
}

}  // namespace
}  // namespace tbx
