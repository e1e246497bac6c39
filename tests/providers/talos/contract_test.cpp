// What every provider promises, op by op: twice is once, a look shows it, cancelled is cancelled, a failing tool is
// told, and no secret leaves its file.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_stage.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using test::fake_member_id;
using test::StagedTalos;

struct Promise {
  Op op;
  std::string line;  ///< how the call begins that does it; empty: it only waits
  std::function<void(StagedTalos&)> before = [](StagedTalos&) {};
  std::function<bool(StagedTalos&)> is_done = [](StagedTalos&) { return true; };
};

bool has_member(StagedTalos& stage, const std::string& name) {
  return std::ranges::any_of(stage.found.etcd.members, [&](const EtcdMember& each) { return each.node == name; });
}

std::vector<Promise> promises_of_machines() {
  const std::string worker = "demo-worker-01";
  return {
      {ApplyConfig{worker, {}, ConfigMode::at_once, "v1.35.0", "v1.12.4"}, "apply-config",
       [=](StagedTalos& s) { s.blank(worker); }, [=](StagedTalos& s) { return s.node(worker).boots == 2; }},
      {AwaitTalos{worker}, ""},
      {UpgradeTalos{worker, "v1.12.4", "v1.12.7", "ghcr.io/siderolabs/installer:v1.12.7"}, "upgrade",
       [](StagedTalos&) {}, [=](StagedTalos& s) { return s.found.talos.at(worker).version == "v1.12.7"; }},
      {RestartKubelet{worker}, "service kubelet", [](StagedTalos&) {},
       [=](StagedTalos& s) { return s.node(worker).kubelet_starts > 1; }},
      {GenerateSecrets{"demo"}, "gen secrets", &StagedTalos::forget_credentials,
       [](StagedTalos& s) { return s.found.credentials.secrets == Presence::present; }},
      {WriteTalosconfig{"demo"}, "", [](StagedTalos&) {},
       [](StagedTalos& s) { return s.found.credentials.talosconfig_endpoints.size() == 3; }},
      {WriteKubeconfig{"demo", "demo-cp-01"}, "kubeconfig", [](StagedTalos&) {},
       [](StagedTalos& s) { return s.found.credentials.kubeconfig == Presence::present; }},
  };
}

std::vector<Promise> promises_of_etcd() {
  const std::string node = "demo-cp-03";
  return {
      {BootstrapEtcd{"demo-cp-01"}, "bootstrap", &StagedTalos::forget_etcd,
       [](StagedTalos& s) { return has_member(s, "demo-cp-01"); }},
      {AwaitEtcdMember{node}, ""},
      {SnapshotEtcd{node}, "etcd snapshot", [](StagedTalos&) {},
       [=](StagedTalos& s) { return std::filesystem::exists(s.out / "snapshots/0001-before-demo-cp-03.snapshot"); }},
      {HandOverLeadership{"demo-cp-01"}, "etcd forfeit-leadership", [](StagedTalos&) {},
       [](StagedTalos& s) { return !s.found.etcd.members.at(0).leader && s.found.etcd.has_leader; }},
      {LeaveEtcd{node, fake_member_id(node)}, "etcd leave", [](StagedTalos&) {},
       [=](StagedTalos& s) { return !has_member(s, node); }},
      {RemoveEtcdMember{node, fake_member_id(node)}, "etcd remove-member",
       [=](StagedTalos& s) { s.node(node).port.reset(); }, [=](StagedTalos& s) { return !has_member(s, node); }},
  };
}

std::vector<Promise> promises() {
  std::vector<Promise> all = promises_of_machines();
  std::ranges::move(promises_of_etcd(), std::back_inserter(all));
  return all;
}

/// Ready for the op, and looked at.
struct Prepared : StagedTalos {
  explicit Prepared(const Promise& promise) {
    promise.before(*this);
    look();
    talos.calls.clear();
  }
};

std::string words_of(const Error& error) { return error.message + "\n" + error.detail; }

TEST(TalosContract, CoversEveryOpOfTalos) {
  std::size_t count = 0;
  for (const OpTraits& traits : all_op_traits()) {
    count += traits.system == System::talos ? 1U : 0U;
  }
  EXPECT_EQ(promises().size(), count);
}

TEST(TalosContract, TwiceIsOnceAndALookShowsIt) {
  for (const Promise& promise : promises()) {
    Prepared stage(promise);
    Status once = stage.apply(promise.op);
    EXPECT_TRUE(once) << id_of(promise.op) << ": " << once.error().message;
    const Observed seen = stage.look();
    EXPECT_TRUE(promise.is_done(stage)) << id_of(promise.op);
    Status twice = stage.apply(promise.op);
    EXPECT_TRUE(twice) << id_of(promise.op) << ": " << twice.error().message;
    EXPECT_EQ(stage.look(), seen) << id_of(promise.op);
  }
}

TEST(TalosContract, WhatIsStoppedBeforeItBeginsIsCancelledAndCallsNobody) {
  for (const Promise& promise : promises()) {
    Prepared stage(promise);
    stage.stop.request_stop();
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << id_of(promise.op) << ": " << status.error().message;
    EXPECT_TRUE(stage.talos.calls.empty()) << id_of(promise.op);
  }
}

TEST(TalosContract, WhatIsStoppedInTheCallThatDoesItIsCancelledOrUnknown) {
  for (const Promise& promise : promises()) {
    if (promise.line.empty()) {
      continue;
    }
    Prepared stage(promise);
    bool changes = false;
    stage.talos.before_call = [&](const ToolCall& call) {
      if (test::fake_talos_call(call, 12).line.starts_with(promise.line)) {
        changes = call.effect == ToolEffect::changes;
        stage.stop.request_stop();
      }
    };
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    const bool is_awaited = std::holds_alternative<UpgradeTalos>(promise.op);
    EXPECT_EQ(status.error().kind, changes && !is_awaited ? ErrorKind::outcome_unknown : ErrorKind::cancelled)
        << id_of(promise.op) << ": " << status.error().message;
  }
}

TEST(TalosContract, AFailingToolIsRejectedWithItsMessageAndTheCommand) {
  for (const Promise& promise : promises()) {
    if (promise.line.empty()) {
      continue;
    }
    Prepared stage(promise);
    stage.talos.failures[promise.line] = {1, "", "rpc error: code = Unknown desc = the moon is in the way\n"};
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, ErrorKind::rejected) << id_of(promise.op);
    EXPECT_TRUE(status.error().message.starts_with("talosctl ")) << status.error().message;
    EXPECT_TRUE(status.error().message.ends_with(": the moon is in the way")) << status.error().message;
    EXPECT_TRUE(status.error().detail.starts_with("talosctl ")) << status.error().detail;
    EXPECT_NE(status.error().detail.find(" " + promise.line), std::string::npos) << status.error().detail;
  }
}

TEST(TalosContract, WithoutTalosctlEveryOpSaysWhatToInstall) {
  for (const Promise& promise : promises()) {
    if (promise.line.empty()) {
      continue;
    }
    Prepared stage(promise);
    stage.talos.is_there = false;
    Status status = stage.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error(),
              (Error{ErrorKind::rejected, "talosctl is not there: install it, or name it in TBX_TALOSCTL", ""}))
        << id_of(promise.op);
  }
}

TEST(TalosContract, NoSecretIsInAnArgumentOrInAMessage) {
  const std::vector<std::string> secrets = test::fake_secret_values();
  ASSERT_EQ(secrets.size(), 9U);
  const std::string leaking = talosctl_output("errors/validate-leaks-keys.err");
  for (const Promise& promise : promises()) {
    Prepared good(promise);
    EXPECT_TRUE(good.apply(promise.op)) << id_of(promise.op);
    Prepared bad(promise);
    bad.talos.failures[promise.line.empty() ? "gen config" : promise.line] = {1, "", leaking};
    Status status = bad.apply(promise.op);
    std::string shown = status ? "" : words_of(status.error());
    for (const StagedTalos* stage : {&static_cast<StagedTalos&>(good), &static_cast<StagedTalos&>(bad)}) {
      for (const ToolCall& call : stage->talos.calls) shown += "\n" + command_line(call) + call.input;
      for (const std::string& told : stage->told) shown += "\n" + told;
    }
    for (const std::string& secret : secrets) {
      EXPECT_EQ(shown.find(secret), std::string::npos) << id_of(promise.op) << " shows " << secret;
    }
    EXPECT_EQ(shown.find("LS0tLS1"), std::string::npos) << id_of(promise.op) << ":\n" << shown;
  }
}

TEST(TalosContract, EveryCallToAMachineHasADeadlineAndKeepsOutOfTheUsersOwnSettings) {
  for (const Promise& promise : promises()) {
    Prepared stage(promise);
    ASSERT_TRUE(stage.apply(promise.op)) << id_of(promise.op);
    stage.look();
    for (const ToolCall& call : stage.talos.calls) {
      EXPECT_GT(call.deadline_seconds, 0) << command_line(call);
      if (std::ranges::find(call.arguments, "-n") != call.arguments.end()) {
        EXPECT_EQ(call.environment.at("TALOSCONFIG"), std::nullopt) << command_line(call);
        EXPECT_EQ(call.environment.at("HTTPS_PROXY"), std::nullopt) << command_line(call);
      }
    }
  }
}

TEST(TalosContract, NoFileWithSecretsIsLeftInTheWorkFolder) {
  for (const Promise& promise : promises()) {
    Prepared stage(promise);
    ASSERT_TRUE(stage.apply(promise.op)) << id_of(promise.op);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.out)) {
      const std::string name = entry.path().filename().string();
      EXPECT_FALSE(name.starts_with(".work-")) << id_of(promise.op);
      EXPECT_EQ(entry.status().permissions() & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
                std::filesystem::perms::none)
          << id_of(promise.op) << ": " << name;
    }
  }
}

}  // namespace
}  // namespace tbx
