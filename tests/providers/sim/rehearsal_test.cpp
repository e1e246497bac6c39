// Many runs with faults and kills: all end converged, the same seed gives the same, and what goes wrong is told.
#include "providers/sim/rehearsal.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "providers/sim/rehearsal_pool.h"
#include "specs/load.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;
using test::small_cluster;

constexpr Faults everything{
    .fails_before = 0.1, .fails_after = 0.1, .observe_fails = 0.1, .machine_dies = 0.1, .tbx_dies = 0.01};

RehearsalInput input_of(ClusterSpec spec, Faults faults) {
  return {.spec = std::move(spec), .start = {}, .credentials = {}, .faults = faults};
}

std::string last_of(const RunRecord& record) { return record.applies.empty() ? "" : record.applies.back(); }

TEST(Rehearsal, WithoutFaultsIsOneApply) {
  RunRecord record = rehearse(input_of(small_cluster(1, 1, "cilium"), {}), 7);
  EXPECT_TRUE(record.converged);
  EXPECT_EQ(record.applies.size(), 1U);
  EXPECT_EQ(record.rounds, 1);
  EXPECT_EQ(record.seed, 7U);
  EXPECT_GT(record.seconds, 60);
  EXPECT_GT(record.steps, 20);
  EXPECT_EQ(record.faults, FaultCounts{});
  EXPECT_TRUE(record.retried.empty());
}

TEST(Rehearsal, TheSameSeedGivesTheSameRunAndAnotherOneAnother) {
  RehearsalInput input = input_of(small_cluster(3, 1, "cilium"), everything);
  EXPECT_EQ(rehearse(input, 3), rehearse(input, 3));
  EXPECT_NE(rehearse(input, 3), rehearse(input, 4));
}

TEST(Rehearsal, EveryExampleConvergesWhateverFails) {
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TBX_SOURCE_DIR) / "examples")) {
    LoadedSpec loaded = load_cluster_file(entry.path() / "cluster.yaml");
    ASSERT_TRUE(loaded.spec) << entry.path();
    auto records = rehearse_all(input_of(*loaded.spec, everything), 1, 12, [](const RunRecord&) {});
    ASSERT_EQ(records.size(), 12U);
    for (const RunRecord& record : records) {
      EXPECT_TRUE(record.converged) << entry.path() << " seed " << record.seed << " " << last_of(record);
      EXPECT_EQ(record.violations, std::vector<Violation>{}) << entry.path() << " seed " << record.seed;
    }
    ++examples;
  }
  EXPECT_GE(examples, 4);
}

TEST(Rehearsal, APoolGivesTheSameAsOneRunAfterTheOther) {
  RehearsalInput input = input_of(small_cluster(1, 2), everything);
  int told = 0;
  auto records = rehearse_all(input, 10, 9, [&](const RunRecord&) { ++told; });
  ASSERT_EQ(records.size(), 9U);
  EXPECT_EQ(told, 9);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i], rehearse(input, 10 + i));
  }
}

TEST(Rehearsal, TbxThatIsAlwaysKilledIsStartedAgainAndTakesItsLockOver) {
  RunRecord record = rehearse(input_of(small_cluster(1, 1), {.tbx_dies = 1}), 1);
  EXPECT_TRUE(record.converged);
  EXPECT_EQ(record.faults.tbx_died, disturbed_applies);
  ASSERT_EQ(record.applies.size(), disturbed_applies + 1U);
  EXPECT_NE(record.applies[0].find("tbx was killed"), std::string::npos) << record.applies[0];
  EXPECT_NE(record.applies[4].find("done"), std::string::npos) << record.applies[4];
}

TEST(Rehearsal, WhatIsNeverSeenEndsUnobservableUntilItIs) {
  RunRecord record = rehearse(input_of(small_cluster(1, 1), {.observe_fails = 1}), 1);
  EXPECT_TRUE(record.converged);
  ASSERT_EQ(record.applies.size(), disturbed_applies + 1U);
  EXPECT_NE(record.applies[0].find("Hyper-V could not be observed"), std::string::npos) << record.applies[0];
  EXPECT_GT(record.faults.looks_failed, disturbed_applies);
}

TEST(Rehearsal, ARunThatARuleRefusesHasNotConverged) {
  RehearsalInput input = input_of(small_cluster(1, 1), {});
  input.start.host.switch_name = "Another Switch";
  RunRecord record = rehearse(input, 1);
  EXPECT_FALSE(record.converged);
  EXPECT_NE(last_of(record).find("was refused (switch-missing)"), std::string::npos) << last_of(record);
}

TEST(Rehearsal, StartsFromALivingClusterWithItsCredentials) {
  SimLab lab(small_cluster(3, 1, "cilium"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("power-off demo-cp-02");
  RehearsalInput input = input_of(lab.spec, {});
  input.start = lab.state();
  input.credentials = {lab.simulation.credentials().observe(), lab.simulation.credentials().fingerprint_key()};
  RunRecord record = rehearse(input, 1);
  EXPECT_TRUE(record.converged) << last_of(record);
  EXPECT_LT(record.seconds, 180);
  EXPECT_EQ(record.violations, std::vector<Violation>{});
  EXPECT_EQ(input.start, lab.state());
  input.credentials = {};
  EXPECT_FALSE(rehearse(input, 1).converged) << "a living cluster gets no new secrets";
}

/// Kills tbx as soon as an action of this kind has been started.
struct KillWhile : Events {
  KillWhile(SimLab& lab, std::string_view kind) : lab(lab), kind(kind) {}
  void on(const Event& event, const Plan& plan, double) override {
    const auto* started = std::get_if<ActionStarted>(&event);
    if (started != nullptr && traits_of(plan.actions[started->action].op).name == kind) {
      lab.simulation.set_faults({.tbx_dies = 1});
    }
  }
  SimLab& lab;
  std::string_view kind;
};

TEST(Rehearsal, KilledWhileAnyKindOfActionRunsTheNextApplyGoesOn) {
  ClusterSpec spec = small_cluster(1, 1, "cilium, metallb, traefik");
  for (const std::string& kind : test::kinds_of(SimLab(spec).plan())) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SimLab lab(spec, {.seed = seed});
      KillWhile kill(lab, kind);
      EXPECT_THROW(lab.converge(PlanMode::converge, &kill), TbxKilled) << kind;
      lab.simulation.stop_faults();
      EXPECT_EQ(lab.converge().exit_code, ExitCode::done) << kind << " " << seed;
      EXPECT_TRUE(lab.plan().converged()) << kind << " " << seed;
      EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{}) << kind << " " << seed;
    }
  }
}

TEST(Rehearsal, ACheckerSeesTheWholeWorldBeforeEachStep) {
  SimLab lab(small_cluster(3, 1, "cilium"), {.faults = {0.1, 0.1, 0.1, 0.1}});
  World last = lab.state();
  int steps = 0;
  lab.simulation.check_steps([&](const Step& step) {
    last.clock = step.before.clock;  // chance is drawn between two steps as well
    ASSERT_EQ(step.before, last) << ++steps;
    last = step.after;
  });
  lab.converge();
  lab.world("power-off demo-worker-01");
  last = lab.state();
  lab.simulation.stop_faults();
  EXPECT_EQ(lab.converge().exit_code, ExitCode::done);
}

}  // namespace
}  // namespace tbx::sim
