// Real processes: the shell stands in for the tools.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "providers/local_tools.h"

namespace tbx {
namespace {

ToolCall shell(const std::string& script, std::vector<std::string> arguments = {}) {
  ToolCall call{.tool = "sh", .arguments = {"-c", script, "sh"}};
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  return call;
}

double seconds_of(const std::function<void()>& work) {
  auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

TEST(LocalTools, GivesBothOutputsAndTheExitCode) {
  LocalTools tools;
  EXPECT_EQ(tools.run(shell("echo out; echo err >&2; exit 3")).value(), (CommandOutput{3, "out\n", "err\n"}));
}

TEST(LocalTools, HandsArgumentsAndInputOverAsTheyAre) {
  LocalTools tools;
  const std::string hostile = "a \"b\" 'c' $(id) `id`; *\n\xE6\x97\xA5";
  ToolCall call = shell("printf %s \"$1\"; cat", {hostile});
  call.input = std::string(300'000, 'x');
  EXPECT_EQ(tools.run(call).value().out, hostile + call.input);
}

TEST(LocalTools, DoesNotWaitForSomebodyToReadItsInput) {
  LocalTools tools;
  ToolCall call = shell("exit 0");
  call.input = std::string(300'000, 'x');
  EXPECT_EQ(tools.run(call).value().exit_code, 0);
}

TEST(LocalTools, ReadsMoreThanAPipeHolds) {
  LocalTools tools;
  EXPECT_EQ(tools.run(shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")).value().err.size(),
            3'000'000U);
}

TEST(LocalTools, PassesNoVariableOnThatIsTakenAway) {
  LocalTools tools;
  ::setenv("HTTPS_PROXY", "http://proxy:3128", 1);
  ToolCall call = shell("printf '%s|%s' \"$HTTPS_PROXY\" \"$KUBECONFIG\"");
  call.environment = {{"HTTPS_PROXY", std::nullopt}, {"KUBECONFIG", "file with blanks"}};
  EXPECT_EQ(tools.run(call).value().out, "|file with blanks");
  ::unsetenv("HTTPS_PROXY");
}

TEST(LocalTools, CutsOffWhatTakesTooLong) {
  LocalTools tools;
  ToolCall call = shell("echo begun; exec sleep 30");
  call.deadline_seconds = 0.2;
  double took = seconds_of([&] {
    const auto looked = tools.run(call);
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().kind, ErrorKind::timed_out);
    EXPECT_EQ(looked.error().message, "sh -c 'echo begun; exec sleep 30' sh took longer than 0.2 s");
    call.effect = ToolEffect::changes;
    EXPECT_EQ(tools.run(call).error().kind, ErrorKind::outcome_unknown);
  });
  EXPECT_LT(took, 5);
}

TEST(LocalTools, CutsOffWhatTheUserStops) {
  LocalTools tools;
  std::stop_source stop;
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  EXPECT_EQ(tools.run(shell("exec sleep 30"), stop.get_token()).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(tools.run(shell("exec sleep 30"), stop.get_token()).error().kind, ErrorKind::cancelled);
}

TEST(LocalTools, AsksAToolToEndThatLeavesALockWhenItIsKilled) {
  LocalTools tools;
  ToolCall call = shell("trap 'echo ended >\"$1\"; exit 1' TERM; while :; do sleep 0.05; done",
                        {testing::TempDir() + "/ended_gently"});
  call.deadline_seconds = 0.3;
  call.ends_gently = true;
  call.effect = ToolEffect::changes;
  EXPECT_EQ(tools.run(call).error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(std::remove((testing::TempDir() + "/ended_gently").c_str()), 0) << "it could clean up";
}

TEST(LocalTools, DoesNotWaitForGrandchildrenThatHoldItsOutput) {
  LocalTools tools;
  double took = seconds_of([&] { EXPECT_EQ(tools.run(shell("sleep 30 & echo done")).value().out, "done\n"); });
  EXPECT_LT(took, 5);
}

TEST(LocalTools, KeepsACtrlCOfTheTerminalFromItsChildren) {
  LocalTools tools;
  const std::string group = tools.run(shell("cut -d' ' -f5 /proc/$$/stat | tr -d '\\n'; printf ' %s' $$")).value().out;
  EXPECT_EQ(group.substr(0, group.find(' ')), group.substr(group.find(' ') + 1)) << "a group of its own";
}

TEST(LocalTools, SaysWhatIsNotThereAndHowToNameIt) {
  LocalTools tools;
  const Error error = tools.run({.tool = "no-such-tool", .arguments = {}}).error();
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_EQ(error.message, "no-such-tool is not there: install it, or name it in TBX_NO_SUCH_TOOL");
}

TEST(LocalTools, TellsAKilledToolFromOneThatFailed) {
  LocalTools tools;
  EXPECT_EQ(tools.run(shell("kill -9 $$")).error().kind, ErrorKind::unreachable);
  ToolCall call = shell("kill -9 $$");
  call.effect = ToolEffect::changes;
  EXPECT_EQ(tools.run(call).error().kind, ErrorKind::outcome_unknown);
}

TEST(LocalTools, RunsManyAtOnce) {
  LocalTools tools;
  std::vector<std::string> outputs(40);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      threads.emplace_back([&, i] { outputs[i] = tools.run(shell("printf %s " + std::to_string(i))).value().out; });
    }
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::to_string(i));
}

}  // namespace
}  // namespace tbx
