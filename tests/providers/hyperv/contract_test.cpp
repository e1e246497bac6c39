// What every provider promises, op by op, of Hyper-V: stopped is cancelled, a script that throws is told, a lost answer
// is unknown. That twice is once, and that a look shows it, is asked of the scripts themselves in
// host_scripts_test.cpp.
#include <gtest/gtest.h>

#include "providers/hyperv/hyperv_provider.h"
#include "providers/hyperv/mark_text.h"
#include "tests/support/answering_host.h"

namespace tbx {
namespace {

using nlohmann::json;
using test::AnsweringHost;

struct Promise {
  Op op;
  std::string script;  ///< that does it
};

Mark mark_of_node() {
  Mark mark;
  mark.cluster = "lab";
  mark.cluster_id = "c1";
  mark.node = "n";
  mark.mac = "02:00:00:00:0a:01";
  return mark;
}

std::vector<Promise> promises() {
  const Mark mark = mark_of_node();
  return {{DownloadImage{"v1.12.4-amd64"}, "image-fetch"},
          {CreateDisk{"n", 20, mark}, "disk-create"},
          {GrowDisk{"n", "C:\\n.vhdx", 30}, "disk-grow"},
          {DeleteDisk{"n", "C:\\n.vhdx"}, "disk-delete"},
          {CreateMachine{"n", 2, 4096, "Default Switch", "v1.12.4-amd64", mark}, "machine-create"},
          {ResizeMachine{"n", "vm-1", 4, 8192}, "machine-resize"},
          {StartMachine{"n", "vm-1"}, "machine-start"},
          {StopMachine{"n", "vm-1"}, "machine-stop"},
          {DeleteMachine{"n", "vm-1"}, "machine-delete"},
          {MarkBootstrapping{"n"}, "machine-mark"},
          {MarkBootstrapped{"n"}, "machine-mark"},
          {AwaitAddress{"n"}, "observe"}};
}

/// Does one op on a host that has the node's VM, with an address.
struct OnHost {
  OnHost() {
    spec.name = "lab";
    spec.deadline_seconds["stop-machine"] = 0;
    host.answers["observe"] = {{"vmms", "Running"},
                               {"machines",
                                {{{"name", "n"},
                                  {"id", "vm-1"},
                                  {"state", 2},
                                  {"mac", "02000000000A01"},
                                  {"mark", mark_text(mark_of_node())},
                                  {"addresses", {"172.28.16.9"}}}}}};
    provider.observe(spec, {}, found);
    host.asked.clear();
  }
  Status apply(const Op& op, std::stop_token stop = {}) {
    const ApplyContext context{spec, found, [](const std::string&) {}};
    return provider.apply(op, context, std::move(stop));
  }

  AnsweringHost host;
  HypervProvider provider{host, host, "_out/lab"};
  ClusterSpec spec;
  Observed found;
};

PowerShellError thrown(const std::string& message) {
  return {{ErrorKind::rejected, message, ""}, PowerShellFailure{"Strange,Thing", "NotSpecified", message, "", 3}};
}

TEST(HypervContract, CoversEveryOpOfHyperV) {
  const auto all = all_op_traits();
  EXPECT_EQ(static_cast<std::ptrdiff_t>(promises().size()), std::ranges::count(all, System::hyperv, &OpTraits::system));
}

TEST(HypervContract, DoesItWithTheScriptAndTellsItWhichClusterAndNode) {
  for (const Promise& promise : promises()) {
    OnHost on;
    const Status status = on.apply(promise.op);
    ASSERT_TRUE(status) << id_of(promise.op) << ": " << status.error().message;
    ASSERT_EQ(on.host.asked.size(), 1U) << id_of(promise.op);
    const AnsweringHost::Asked& asked = on.host.asked.front();
    EXPECT_EQ(asked.script, promise.script);
    EXPECT_EQ(asked.arguments.at("cluster"), "lab");
    EXPECT_GT(asked.deadline_seconds, 0);
    const bool changes_a_node = asked.effect == ToolEffect::changes;
    EXPECT_EQ(asked.arguments.contains("node"), changes_a_node) << id_of(promise.op);
  }
}

TEST(HypervContract, WithoutSecretsItGoesByTheMarksWhereTheyAreOfOneCluster) {
  OnHost on;
  ASSERT_TRUE(on.apply(DeleteMachine{"n", "vm-1"}));
  EXPECT_EQ(on.host.asked.back().arguments.at("clusterId"), "c1");
  on.found.host.machines.push_back(on.found.host.machines.front());
  on.found.host.machines.back().mark.cluster_id = "c2";
  ASSERT_TRUE(on.apply(DeleteMachine{"n", "vm-1"}));
  EXPECT_EQ(on.host.asked.back().arguments.at("clusterId"), "") << "nobody knows which of the two is meant";
}

TEST(HypervContract, WhatIsStoppedBeforeItBeginsIsCancelledAndAsksNobody) {
  for (const Promise& promise : promises()) {
    OnHost on;
    std::stop_source stopped;
    stopped.request_stop();
    const Status status = on.apply(promise.op, stopped.get_token());
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, ErrorKind::cancelled) << id_of(promise.op);
    EXPECT_TRUE(on.host.asked.empty()) << id_of(promise.op);
  }
}

/// What each op comes to when its script, or the way to it, fails so.
void expect_each_to_end(const PowerShellError& fails, const Error& expected) {
  for (const Promise& promise : promises()) {
    OnHost on;
    on.host.fails = fails;
    const Status status = on.apply(promise.op);
    ASSERT_FALSE(status) << id_of(promise.op);
    EXPECT_EQ(status.error().kind, expected.kind) << id_of(promise.op);
    EXPECT_EQ(status.error().message, expected.message) << id_of(promise.op);
  }
}

TEST(HypervContract, AScriptThatThrowsIsRejectedWithItsMessage) {
  expect_each_to_end(thrown("the moon is in the way"),
                     {ErrorKind::rejected, "Hyper-V refused: the moon is in the way", ""});
}

TEST(HypervContract, AScriptThatFindsSomebodyElsesIsARefusal) {
  expect_each_to_end(thrown("TBX_NOT_OURS the VM n does not carry the mark of this cluster"),
                     {ErrorKind::refused, "the VM n does not carry the mark of this cluster", ""});
}

TEST(HypervContract, AnAnswerThatIsLostLeavesItUnknown) {
  const Error lost{ErrorKind::outcome_unknown, "Windows PowerShell ended without an answer", ""};
  expect_each_to_end({lost, {}}, lost);
}

}  // namespace
}  // namespace tbx
