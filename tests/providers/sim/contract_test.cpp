// What every provider promises, asked of the simulated ones: twice is once, and what was done is seen.
#include <gtest/gtest.h>

#include <functional>

#include "engine/machine_config.h"
#include "providers/sim/world_verbs.h"
#include "tests/support/converged_world.h"
#include "tests/support/sim_lab.h"

namespace tbx::sim {
namespace {

using test::SimLab;

constexpr const char* cp = "demo-cp-01";
constexpr const char* worker = "demo-worker-01";

ClusterSpec wanted() {
  ClusterSpec spec = test::small_cluster(1, 1, "cilium, metallb, traefik");
  return spec;
}

/// Every op of the first plan, done twice by hand in the plan's order: the second time changes nothing.
TEST(SimContract, ApplyTwiceEqualsOnce) {
  SimLab lab(wanted());
  Plan plan = lab.plan();
  ASSERT_GT(plan.actions.size(), 20U);
  for (const Action& action : plan.actions) {
    Status first = lab.apply(action.op);
    ASSERT_TRUE(first) << id_of(action.op) << ": " << first.error().message << " " << first.error().detail;
    if (std::holds_alternative<RestartKubelet>(action.op)) {
      continue;
    }
    World once = lab.state();
    ASSERT_TRUE(lab.apply(action.op)) << id_of(action.op);
    World twice = lab.state();
    once.clock = twice.clock;
    // Time passed in between; what it brought is not the op's.
    if (traits_of(action.op).is_wait) {
      EXPECT_EQ(once, twice) << id_of(action.op);
    }
    EXPECT_EQ(once.machines.size(), twice.machines.size()) << id_of(action.op);
    EXPECT_EQ(once.disks.size(), twice.disks.size()) << id_of(action.op);
  }
  Plan second = lab.plan();
  EXPECT_LE(second.actions.size(), 4U) << id_of(second.actions.front().op);
}

TEST(SimContract, ObserveShowsWhatWasApplied) {
  SimLab lab(wanted());
  ASSERT_TRUE(lab.apply(DownloadImage{"v1.12.4-amd64"}));
  EXPECT_EQ(lab.look().host.images, std::vector<std::string>{"v1.12.4-amd64"});
  ASSERT_TRUE(lab.apply(GenerateSecrets{"demo"}));
  EXPECT_EQ(lab.look().credentials.secrets, Presence::present);
  Mark mark;
  mark.cluster = "demo";
  mark.node = worker;
  mark.mac = "02:00:00:00:00:01";
  ASSERT_TRUE(lab.apply(CreateDisk{worker, 20, mark}));
  ASSERT_TRUE(lab.apply(CreateMachine{worker, 2, 4096, "Default Switch", "v1.12.4-amd64", mark}));
  Observed found = lab.look();
  ASSERT_EQ(found.host.machines.size(), 1U);
  EXPECT_EQ(found.host.machines[0].power, Power::off);
  EXPECT_EQ(found.host.machines[0].mark.cluster_id, found.credentials.cluster_id);
  EXPECT_EQ(found.host.disks[0].attached_to, found.host.machines[0].id);
  ASSERT_TRUE(lab.apply(StartMachine{worker, found.host.machines[0].id}));
  EXPECT_EQ(lab.look().talos.at(worker).stage, TalosStage::unreachable);
  ASSERT_TRUE(lab.apply(AwaitAddress{worker}));
  EXPECT_EQ(lab.look().talos.at(worker).stage, TalosStage::maintenance);
  ASSERT_TRUE(lab.apply(ApplyConfig{worker, {{"HostnameConfig.hostname", "\"demo-worker-01\""}}}));
  ASSERT_TRUE(lab.apply(AwaitTalos{worker}));
  EXPECT_EQ(lab.look().talos.at(worker).config.size(), 1U);
  EXPECT_EQ(lab.look().talos.at(worker).version, "v1.12.4");
}

TEST(SimContract, CancelledIsCancelled) {
  SimLab lab(wanted());
  std::stop_source stopped;
  stopped.request_stop();
  Observed found = lab.look();
  for (Provider* provider : lab.providers()) {
    Status status = provider->apply(DownloadImage{"x"}, ApplyContext{lab.spec, found, {}}, stopped.get_token());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
  }
  EXPECT_TRUE(lab.state().host.images.empty());
}

TEST(SimContract, AnArmedFailureIsRejectedOnceWithItsMessage) {
  SimLab lab(wanted());
  lab.world("fail-next download-image");
  Status status = lab.apply(DownloadImage{"v1.12.4-amd64"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::rejected);
  EXPECT_EQ(status.error().message, "download-image failed on v1.12.4-amd64, as fail-next asked for");
  EXPECT_TRUE(lab.apply(DownloadImage{"v1.12.4-amd64"}));
}

TEST(SimContract, ALostAnswerHasItsEffect) {
  SimLab lab(wanted(), {.faults = {.fails_after = 1}});
  Status status = lab.apply(DownloadImage{"v1.12.4-amd64"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(lab.state().host.images.size(), 1U);
}

TEST(SimContract, AFailureBeforeTheEffectHasNone) {
  SimLab lab(wanted(), {.faults = {.fails_before = 1}});
  Status status = lab.apply(DownloadImage{"v1.12.4-amd64"});
  ASSERT_FALSE(status);
  EXPECT_TRUE(is_retryable(status.error().kind));
  EXPECT_TRUE(lab.state().host.images.empty());
}

TEST(SimContract, AFailedLookIsUnknownWithItsReason) {
  SimLab lab(wanted(), {.faults = {.observe_fails = 1}});
  Observed found = lab.look();
  EXPECT_EQ(found.host.presence, Presence::unknown);
  EXPECT_EQ(found.host.reason, "hyperv did not answer (simulated fault)");
  EXPECT_EQ(found.kubernetes.presence, Presence::unknown);
}

TEST(SimContract, AHiddenSystemIsUnknownAndSaysHowToBringItBack) {
  SimLab lab(wanted());
  lab.world("hide helm");
  EXPECT_EQ(lab.look().helm.reason, "helm is hidden (tbx world FILE unhide helm brings it back)");
  lab.world("unhide helm");
  EXPECT_EQ(lab.look().helm.presence, Presence::absent);
}

TEST(SimContract, AnActionOnAMachineThatIsNotThereNamesIt) {
  SimLab lab(wanted());
  for (const Op& op : std::vector<Op>{StartMachine{worker, "no-such-id"}, ResizeMachine{worker, "", 4, 8192},
                                      MarkBootstrapped{worker}, ApplyConfig{worker, {}}, AwaitAddress{worker},
                                      AwaitTalos{worker}, BootstrapEtcd{worker}, AwaitNode{worker}}) {
    Status status = lab.apply(op);
    ASSERT_FALSE(status) << id_of(op);
    EXPECT_EQ(status.error().kind, ErrorKind::rejected) << id_of(op);
    EXPECT_NE(status.error().message.find(worker), std::string::npos) << status.error().message;
  }
}

TEST(SimContract, ALookAtOneNodeLeavesTheOthersAsTheyWere) {
  SimLab lab(wanted());
  ASSERT_EQ(lab.converge().exit_code, ExitCode::done);
  Observed found = lab.look();
  lab.world(std::string("power-off ") + worker);
  lab.world(std::string("power-off ") + cp);
  Scope scope;
  scope.whole = false;
  scope.nodes = {worker};
  for (Provider* provider : lab.providers()) {
    if (provider->system() == System::hyperv || provider->system() == System::talos) {
      provider->observe(lab.spec, scope, found);
    }
  }
  ASSERT_EQ(found.host.machines.size(), 2U);
  EXPECT_EQ(found.host.machines[0].power, Power::running);
  EXPECT_EQ(found.host.machines[1].power, Power::off);
  EXPECT_EQ(found.talos.at(worker).presence, Presence::absent);
  EXPECT_EQ(found.talos.at(cp).presence, Presence::present);
}

}  // namespace
}  // namespace tbx::sim
