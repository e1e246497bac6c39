// Threads, deadlines and Ctrl-C, with small fake providers.
#include "engine/thread_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include "engine/execute.h"
#include "tests/support/scripted_runner.h"
#include "tests/support/small_plans.h"

namespace tbx {
namespace {

using namespace std::chrono_literals;

class FakeProvider : public Provider {
 public:
  using Apply = std::function<Status(const Op&, const ApplyContext&, std::stop_token)>;

  explicit FakeProvider(Apply apply, System system = System::hyperv) : apply_(std::move(apply)), system_(system) {}
  System system() const override { return system_; }
  void observe(const ClusterSpec&, const Scope&, Observed&) override {}
  Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) override {
    return apply_(op, context, stop);
  }

 private:
  Apply apply_;
  System system_;
};

Status until_stopped(const Op&, const ApplyContext&, std::stop_token stop) {
  while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
  return failure(ErrorKind::cancelled, "stopped");
}

constexpr double forever = std::numeric_limits<double>::infinity();

Job job(ActionId action, double deadline_seconds = 60) {
  return {action, StartMachine{"m" + std::to_string(action), ""}, {}, deadline_seconds};
}

ErrorKind kind_of(const RunnerEvent& event) { return std::get<Completion>(event).status.error().kind; }

class ThreadRunnerTest : public testing::Test {
 protected:
  ThreadRunner& use(FakeProvider::Apply apply, std::size_t threads = 2) {
    provider.emplace(std::move(apply));
    providers[0] = &*provider;
    runner.emplace(spec, providers, threads, &presses);
    return *runner;
  }

  ClusterSpec spec;
  std::atomic<int> presses = 0;
  std::optional<FakeProvider> provider;
  Provider* providers[1] = {nullptr};
  std::optional<ThreadRunner> runner;
};

TEST_F(ThreadRunnerTest, HandsBackEachCompletionOnce) {
  ThreadRunner& used = use([](const Op&, const ApplyContext&, std::stop_token) { return Status{}; });
  for (ActionId id = 0; id < 50; ++id) used.start(job(id));
  std::set<ActionId> done;
  for (int i = 0; i < 50; ++i) done.insert(std::get<Completion>(used.wait(forever)).action);
  EXPECT_EQ(done.size(), 50U);
  EXPECT_TRUE(std::holds_alternative<TimePassed>(used.wait(used.now_seconds())));
}

TEST_F(ThreadRunnerTest, GivesTheProviderTheSecondLookAndTellsWhatItWaitsFor) {
  ThreadRunner& used = use([](const Op&, const ApplyContext& context, std::stop_token) {
    context.waiting_for(context.found.host.arch);
    return Status{};
  });
  Job looked = job(0);
  looked.found.host.arch = "arm64";
  used.start(looked);
  EXPECT_EQ(std::get<WaitingFor>(used.wait(forever)).what, "arm64");
  EXPECT_TRUE(std::get<Completion>(used.wait(forever)).status.has_value());
}

TEST_F(ThreadRunnerTest, TimesOutWhatStopsAtItsDeadline) {
  ThreadRunner& used = use(until_stopped);
  used.start(job(0, 0.02));
  EXPECT_EQ(kind_of(used.wait(forever)), ErrorKind::timed_out);
}

TEST_F(ThreadRunnerTest, KeepsAnUnknownOutcomeUnknownAtTheDeadline) {
  ThreadRunner& used = use([](const Op& op, const ApplyContext& context, std::stop_token stop) -> Status {
    until_stopped(op, context, stop);
    return failure(ErrorKind::outcome_unknown, "killed");
  });
  used.start(job(0, 0.02));
  EXPECT_EQ(kind_of(used.wait(forever)), ErrorKind::outcome_unknown);
}

TEST_F(ThreadRunnerTest, CancelsWhatRunsAndWhatHasNotBegun) {
  ThreadRunner& used = use(until_stopped, 1);
  used.start(job(0));
  used.start(job(1));
  used.cancel();
  EXPECT_EQ(kind_of(used.wait(forever)), ErrorKind::cancelled);
  EXPECT_EQ(kind_of(used.wait(forever)), ErrorKind::cancelled);
}

TEST_F(ThreadRunnerTest, TellsEachPressOfCtrlC) {
  ThreadRunner& used = use(until_stopped);
  used.start(job(0));
  presses = 1;
  EXPECT_EQ(std::get<Interrupted>(used.wait(forever)).times, 1);
  EXPECT_TRUE(std::holds_alternative<TimePassed>(used.wait(used.now_seconds() + 0.01)));
  presses = 2;
  EXPECT_EQ(std::get<Interrupted>(used.wait(forever)).times, 2);
}

TEST_F(ThreadRunnerTest, StopsWhatStillRunsWhenItGoesAway) {
  ThreadRunner& used = use(until_stopped, 1);
  used.start(job(0));
  used.start(job(1));
  runner.reset();
}

TEST_F(ThreadRunnerTest, SendsEachOpToTheProviderOfItsSystem) {
  FakeProvider hyperv([](const Op&, const ApplyContext&, std::stop_token) { return Status{}; });
  FakeProvider helm(
      [](const Op&, const ApplyContext&, std::stop_token) -> Status { return failure(ErrorKind::rejected, "no"); },
      System::helm);
  Provider* both[] = {&hyperv, &helm};
  ThreadRunner used(spec, both, 1);
  used.start({7, InstallRelease{"traefik"}, {}, 60});
  EXPECT_EQ(kind_of(used.wait(forever)), ErrorKind::rejected);
}

TEST_F(ThreadRunnerTest, RunsAWholePlanWithinTheLimits) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  ThreadRunner& used = use(
      [&](const Op&, const ApplyContext&, std::stop_token) {
        int now = ++running;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(1ms);
        --running;
        return Status{};
      },
      most_that_runs_at_once());
  test::RecordedEvents events;
  Report report = execute(test::starts(40), used, [](const Action&) { return SecondLook{}; }, events, {});
  EXPECT_EQ(std::ranges::count(report.outcomes, Outcome::succeeded), 40);
  EXPECT_LE(most, parallel_limit(System::hyperv));
}

}  // namespace
}  // namespace tbx
