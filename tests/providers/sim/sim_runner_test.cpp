// Virtual time: the same seed, the same run; deadlines, presses, and what is told in between.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "providers/sim/state.h"
#include "providers/sim/world_verbs.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;

class Recorded : public Events {
 public:
  void on(const Event& event, const Plan& plan, double at_seconds) override {
    if (const auto* done = std::get_if<ActionSucceeded>(&event)) {
      text += id_of(plan.actions[done->action].op) + " " + std::to_string(at_seconds) + "\n";
    } else if (const auto* waiting = std::get_if<ActionWaiting>(&event)) {
      text += waiting->what + "\n";
    }
  }
  std::string text;
};

std::string run_of(std::uint64_t seed) {
  SimLab lab(test::small_cluster(3, 1, "cilium, metallb"), {.seed = seed});
  Recorded events;
  SimRunner runner(lab.simulation, lab.spec);
  auto all = lab.providers();
  ConvergeInput input{lab.spec, all, runner, events, [](const ClusterSpec& spec) { return spec; }, make_plan};
  EXPECT_EQ(converge(input).exit_code, ExitCode::done);
  return events.text;
}

TEST(SimRunner, ASeedReplaysARun) {
  std::string first = run_of(7);
  EXPECT_EQ(first, run_of(7));
  EXPECT_NE(first, run_of(8));
  EXPECT_NE(first.find("etcd is preparing (1 of 1 member healthy, 1 joining as a learner)"), std::string::npos)
      << first;
  EXPECT_NE(first.find("DaemonSet metallb-system/metallb-speaker: 0 of 4 ready"), std::string::npos) << first;
}

struct Jobs {
  explicit Jobs(SimLab& lab, RunnerOptions options = {})
      : runner(lab.simulation, lab.spec, options), found(lab.look()) {}
  void start(const Op& op, double deadline) { runner.start({next++, op, found, deadline}); }
  SimRunner runner;
  Observed found;
  ActionId next = 0;
};

constexpr double never = std::numeric_limits<double>::infinity();

TEST(SimRunner, CompletesOneAtATimeInTheOrderOfTime) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  jobs.start(DownloadImage{"slow"}, 1000);
  jobs.start(GenerateSecrets{"demo"}, 1000);
  auto first = std::get<Completion>(jobs.runner.wait(never));
  EXPECT_EQ(first.action, 1U);
  EXPECT_TRUE(first.status);
  auto second = std::get<Completion>(jobs.runner.wait(never));
  EXPECT_EQ(second.action, 0U);
  EXPECT_GT(jobs.runner.now_seconds(), 40);
}

TEST(SimRunner, TimePassesUpToWhatWasAskedFor) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  for (double until : {0.1, 0.7, 1.0 / 3 + 5, 9.1}) {
    EXPECT_TRUE(std::holds_alternative<TimePassed>(jobs.runner.wait(until)));
    EXPECT_NEAR(jobs.runner.now_seconds(), until, 1e-9);
  }
}

TEST(SimRunner, ADeadlineBeforeTheEffectChangesNothing) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  jobs.start(DownloadImage{"x"}, 5);
  auto done = std::get<Completion>(jobs.runner.wait(never));
  ASSERT_FALSE(done.status);
  EXPECT_EQ(done.status.error().kind, ErrorKind::timed_out);
  EXPECT_TRUE(lab.state().host.images.empty());
}

TEST(SimRunner, AWaitInVainSaysWhatItWaitedFor) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  jobs.start(AwaitApi{"demo"}, 60);
  EXPECT_EQ(std::get<WaitingFor>(jobs.runner.wait(never)).what, "etcd is preparing (not bootstrapped yet)");
  auto done = std::get<Completion>(jobs.runner.wait(never));
  ASSERT_FALSE(done.status);
  EXPECT_NE(done.status.error().message.find("not bootstrapped yet"), std::string::npos);
  EXPECT_NEAR(jobs.runner.now_seconds(), 60, 1e-6);
}

TEST(SimRunner, CancelEndsWaitsAndLeavesChangesUndone) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  jobs.start(DownloadImage{"x"}, 1000);
  jobs.start(AwaitApi{"demo"}, 1000);
  jobs.runner.cancel();
  for (int i = 0; i < 2; ++i) {
    auto done = std::get<Completion>(jobs.runner.wait(never));
    ASSERT_FALSE(done.status);
    EXPECT_EQ(done.status.error().kind, ErrorKind::cancelled);
  }
  EXPECT_TRUE(lab.state().host.images.empty());
}

TEST(SimRunner, CancelAfterTheMiddleDoesNotKnowTheOutcome) {
  SimLab lab(test::small_cluster(1, 1));
  Jobs jobs(lab);
  jobs.start(DownloadImage{"x"}, 1000);
  EXPECT_TRUE(std::holds_alternative<TimePassed>(jobs.runner.wait(40)));
  jobs.runner.cancel();
  auto done = std::get<Completion>(jobs.runner.wait(never));
  EXPECT_EQ(done.status.error().kind, ErrorKind::outcome_unknown);
}

TEST(SimRunner, APressIsDeliveredAtOnceInAPacedRun) {
  SimLab lab(test::small_cluster(1, 1));
  std::atomic<int> presses = 0;
  Jobs jobs(lab, {.pace = 1, .presses = &presses});
  jobs.start(DownloadImage{"x"}, 1000);
  std::jthread presser([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    presses = 1;
  });
  EXPECT_EQ(std::get<Interrupted>(jobs.runner.wait(never)).times, 1);
  EXPECT_LT(jobs.runner.now_seconds(), 30);
}

/// Three control planes; demo-cp-03 is a learner yet, and is to be promoted in five seconds.
struct WithLearner : SimLab {
  WithLearner() : SimLab(test::small_cluster(3, 0, "cilium")) {
    EXPECT_EQ(converge().exit_code, ExitCode::done);
    learner = member_of_node(state().clusters.at("demo"), "demo-cp-03");
    EXPECT_TRUE(simulation.file().commit([&](LiveWorld& live) {
      SimMember& member = change_member(live, "demo", learner);
      member.learner = true;
      member.promote_at = live.now() + 5;
      wake_at(live, member.promote_at, marked_machine(live.world, "demo", "demo-cp-03"));
    }));
  }
  bool learns() const { return state().clusters.at("demo").members.at(learner).learner; }
  std::string learner;
};

TEST(SimRunner, PromotesNoLearnerWhoseMachineIsBeingStopped) {
  WithLearner lab;
  Jobs jobs(lab);
  jobs.start(StopMachine{"demo-cp-03", lab.machine("demo-cp-03").id}, 180);
  EXPECT_TRUE(std::holds_alternative<TimePassed>(jobs.runner.wait(10)));
  EXPECT_TRUE(lab.learns());
  EXPECT_TRUE(std::get<Completion>(jobs.runner.wait(never)).status);
  EXPECT_TRUE(lab.learns()) << "etcd would count on a machine that is off";
}

TEST(SimRunner, PromotesALearnerWhoseMachineIsNotStoppedAfterAll) {
  WithLearner lab;
  Jobs jobs(lab);
  jobs.start(StopMachine{"demo-cp-03", lab.machine("demo-cp-03").id}, 8);
  EXPECT_FALSE(std::get<Completion>(jobs.runner.wait(never)).status);
  EXPECT_TRUE(std::holds_alternative<TimePassed>(jobs.runner.wait(10)));
  EXPECT_FALSE(lab.learns());
}

TEST(SimRunner, AnotherProcessIsSeenInTheMiddleOfAWait) {
  SimLab lab(test::small_cluster(1, 1), {.in_file = true});
  lab.world("foreign-machine x");
  Jobs jobs(lab, {.pace = 20});
  jobs.start(DownloadImage{"x"}, 1000);
  auto other = WorldFile::open(lab.folder / "world.json");
  ASSERT_TRUE(other);
  std::vector<std::string> words{"power-off", "x"};
  ASSERT_TRUE(run_world_verb(*other, words));
  EXPECT_TRUE(std::holds_alternative<TimePassed>(jobs.runner.wait(1)));
  EXPECT_EQ(lab.state().machines.begin()->second.power, Power::off);
}

TEST(SimRunner, TimeHasComeWhenItSaysSoWhereverTheWorldsClockStands) {
  SimLab lab(test::small_cluster(1, 1));
  for (int i = 1; i <= 1000; ++i) {
    lab.go_on(0.1);
    SimRunner runner(lab.simulation, lab.spec);
    double until = 2 + 0.001 * i;
    ASSERT_TRUE(std::holds_alternative<TimePassed>(runner.wait(until)));
    ASSERT_GE(runner.now_seconds(), until) << i;
  }
}

TEST(SimRunner, AMachineDeletedInTheMiddleIsCaughtAndMadeAgain) {
  for (int at : {5, 40, 75, 100, 130, 170, 220, 260}) {
    SimLab lab(test::small_cluster(1, 2, "cilium"));
    lab.world("at " + std::to_string(at) + " delete-machine demo-worker-01");
    EXPECT_EQ(lab.converge().exit_code, ExitCode::done) << at;
    EXPECT_TRUE(lab.plan().converged()) << at;
    EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{}) << at;
  }
}

TEST(SimRunner, FaultsOfAllKindsEndConverged) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimLab lab(test::small_cluster(3, 1, "cilium"), {.seed = seed, .faults = {0.1, 0.1, 0.02, 0}});
    EXPECT_EQ(lab.converge().exit_code, ExitCode::done) << seed;
    lab.checkers.at_end(lab.state());
    EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{}) << seed;
  }
}

TEST(SimRunner, MachinesThatDieAreStartedAgain) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SimLab lab(test::small_cluster(1, 2, "cilium"), {.seed = seed, .faults = {0, 0, 0, 0.02}});
    lab.converge();
    lab.simulation.stop_faults();
    EXPECT_EQ(lab.converge().exit_code, ExitCode::done) << seed;
    EXPECT_TRUE(lab.plan().converged()) << seed;
    EXPECT_EQ(lab.checkers.violations(), std::vector<Violation>{}) << seed;
  }
}

TEST(SimRunner, DestroyLeavesNothing) {
  SimLab lab(test::small_cluster(3, 1, "cilium, metallb, traefik"));
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  lab.world("foreign-machine build-server");
  lab.world("hide talos");
  lab.world("hide kubernetes");
  Checkers checkers(lab.spec, Checkers::Goal::destroy);
  lab.simulation.check_steps([&](const Step& step) { checkers.after(step); });
  EXPECT_EQ(lab.converge(PlanMode::destroy).exit_code, ExitCode::done);
  EXPECT_EQ(lab.state().machines.size(), 1U);
  EXPECT_TRUE(lab.state().clusters.empty());
  EXPECT_FALSE(std::filesystem::exists(lab.folder / "_out"));
  EXPECT_EQ(checkers.violations(), std::vector<Violation>{});
}

}  // namespace
}  // namespace tbx::sim
