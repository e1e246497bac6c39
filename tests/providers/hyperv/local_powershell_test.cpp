// The transport against a program that speaks only the bytes.
#include "providers/hyperv/local_powershell.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "providers/hyperv/powershell_envelope.h"
#include "tests/support/environment_variable.h"
#include "tests/support/fake_powershell.h"

namespace tbx {
namespace {

using nlohmann::json;
using test::EnvironmentVariable;
using test::FakePowerShell;

PowerShellRequest request(json arguments, ToolEffect effect = ToolEffect::looks) {
  return {.script = "$args[0]", .arguments = std::move(arguments), .deadline_seconds = 20, .effect = effect};
}

const PowerShellRequest look = request(1);
const PowerShellRequest change = request(1, ToolEffect::changes);

PowerShellRequest within(double seconds, PowerShellRequest asked) {
  asked.deadline_seconds = seconds;
  return asked;
}

ErrorKind kind_of(const PowerShellResult& result) { return result ? ErrorKind::refused : result.error().error.kind; }

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

TEST(LocalPowerShell, AnswersEveryRequestByOneProcessThatTheFirstOneStarts) {
  FakePowerShell fake("answer(request['args'])");
  LocalPowerShell shell;
  EXPECT_EQ(shell.processes(), 0U);
  for (const json& value : {json("a"), json({{"b", {1, nullptr}}}), json(), json(5'000'000'000)}) {
    EXPECT_EQ(shell.ask(request(value)).value(), value);
  }
  EXPECT_EQ(shell.requests(), 4U);
  EXPECT_EQ(shell.processes(), 1U);
}

TEST(LocalPowerShell, ShowsNoValueInACommandLine) {
  FakePowerShell fake("answer(request['args'])");
  LocalPowerShell shell;
  ASSERT_TRUE(shell.ask(request("hunter2")));
  std::string expected;
  for (const std::string& argument : powershell_arguments()) expected += (expected.empty() ? "" : " ") + argument;
  EXPECT_EQ(fake.command_lines(), std::vector{expected});
}

TEST(LocalPowerShell, OverlooksWhateverElseIsPrinted) {
  FakePowerShell fake(
      "say(b'WARNING: \\xff\\r\\n@TBX2 x\\r\\nno line end')\n"
      "answer(request['args'])\n"
      "say(b'afterwards\\r\\n')",
      "say(b'\\xef\\xbb\\xbfWindows PowerShell\\r\\n\\r\\n'); say(b'#< CLIXML\\r\\n<Objs></Objs>', sys.stderr)");
  LocalPowerShell shell;
  EXPECT_EQ(shell.ask(request(1)).value(), 1);
  EXPECT_EQ(shell.ask(request(2)).value(), 2);
  EXPECT_EQ(shell.processes(), 1U);
}

TEST(LocalPowerShell, ReadsAnAnswerBehindAByteOrderMarkWithACarriageReturn) {
  FakePowerShell fake("say(b'\\xef\\xbb\\xbf' + line(n, request['args']).strip() + b'\\r\\n')");
  LocalPowerShell shell;
  EXPECT_EQ(shell.ask(request(1)).value(), 1);
}

TEST(LocalPowerShell, TakesAndGivesFiveMegabytes) {
  FakePowerShell fake("answer(request['args'])");
  LocalPowerShell shell;
  const json large = std::string(5'000'000, 'x') + "\xE6\x97\xA5";
  EXPECT_TRUE(shell.ask(request(large)).value() == large);
  EXPECT_TRUE(shell.ask(request(large)).value() == large);
  EXPECT_EQ(shell.processes(), 1U);
}

/// What the first process does wrong, and the kind of error that a look gets; a change gets outcome_unknown.
struct Fault {
  std::string does;
  ErrorKind kind;
  std::string message;
  double deadline_seconds = 20;
};

TEST(LocalPowerShell, ReplacesAProcessThatDoesNotAnswerAsItShould) {
  const std::vector<Fault> faults{
      {"say(line(n, 1)[:-5] + b'\\n')", ErrorKind::malformed_answer,
       "Windows PowerShell gave an answer that is cut off or no JSON"},
      {"say(line(n, 1)[:20]); os._exit(0)", ErrorKind::malformed_answer,
       "Windows PowerShell gave an answer that is cut off or no JSON"},
      {"say(line(n + 1, 1))", ErrorKind::malformed_answer, "Windows PowerShell gave the answer to another request"},
      {"say(line(0, 1))", ErrorKind::malformed_answer, "Windows PowerShell did not understand a request"},
      {"os._exit(3)", ErrorKind::unreachable, "Windows PowerShell ended without an answer, with exit code 3"},
      {"os.close(1); time.sleep(30)", ErrorKind::unreachable, "Windows PowerShell ended without an answer"},
      {"time.sleep(30)", ErrorKind::timed_out, "Windows PowerShell took longer than 0.5 s", 0.5},
  };
  for (const Fault& fault : faults) {
    FakePowerShell fake("if starts < 3:\n    " + fault.does + "\nelse:\n    answer(request['args'])");
    LocalPowerShell shell;
    const auto looked = shell.ask(within(fault.deadline_seconds, look));
    EXPECT_EQ(kind_of(looked), fault.kind) << fault.does;
    EXPECT_EQ(looked ? "answered" : looked.error().error.message, fault.message) << fault.does;
    EXPECT_EQ(kind_of(shell.ask(within(fault.deadline_seconds, change))), ErrorKind::outcome_unknown) << fault.does;
    EXPECT_EQ(shell.ask(look).value_or(json()), 1) << fault.does;
    EXPECT_EQ(shell.processes(), 3U) << fault.does;
    EXPECT_EQ(shell.requests(), 3U) << fault.does;
  }
}

TEST(LocalPowerShell, SendsNothingToASecondProcessThatDoesNotAnswerAnEmptyScript) {
  FakePowerShell fake("answer(starts)\nos._exit(0)", "if starts == 2:\n    time.sleep(30)");
  LocalPowerShell shell(2);
  EXPECT_EQ(shell.ask(change).value(), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(kind_of(shell.ask(change)), ErrorKind::timed_out) << "not outcome_unknown";
  EXPECT_EQ(shell.ask(change).value(), 3);
  EXPECT_EQ(shell.requests(), 2U);
}

TEST(LocalPowerShell, AsksNoProcessThatEndedMeanwhile) {
  FakePowerShell fake("answer(starts)\nos._exit(0)");
  LocalPowerShell shell;
  EXPECT_EQ(shell.ask(change).value(), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(shell.ask(change).value(), 2) << "was sent only to the second one";
}

TEST(LocalPowerShell, AsksNoProcessThatAnsweredTwice) {
  FakePowerShell fake("say(line(n, starts) + line(n + 1, 'not asked yet'))");
  LocalPowerShell shell;
  EXPECT_EQ(shell.ask(change).value(), 1);
  EXPECT_EQ(shell.ask(change).value(), 2);
}

TEST(LocalPowerShell, GivesEachRequestAProcessWhereNoneAnswersWhileItsInputIsOpen) {
  FakePowerShell fake("answer([starts, request['args']])",
                      "import io\nsys.stdin = io.StringIO(sys.stdin.read())  # which ends when the input does");
  LocalPowerShell shell(1);
  EXPECT_EQ(shell.ask(request("a")).value(), json({2, "a"}));
  EXPECT_EQ(shell.ask(request("b")).value(), json({3, "b"}));
  EXPECT_EQ(shell.requests(), 2U);
  EXPECT_EQ(shell.processes(), 3U);
}

TEST(LocalPowerShell, TellsTheEndOfStderrAsPeopleReadIt) {
  FakePowerShell fake(
      "head = b'#< CLIXML\\r\\n<Objs Version=\"1.1.0.1\">'\n"
      "say(head + b'<S S=\"Error\">old</S>' * 20000, sys.stderr)\n"
      "say(b'<S S=\"Error\">Get-VM : key LS0tLS1CRUdJTiB_x000D__x000A_</S></Objs>', sys.stderr)\n"
      "os._exit(1)");
  LocalPowerShell shell;
  const auto asked = shell.ask(look);
  ASSERT_EQ(kind_of(asked), ErrorKind::unreachable);
  const std::string& detail = asked.error().error.detail;
  EXPECT_LE(detail.size(), 5000U);
  EXPECT_TRUE(detail.ends_with("oldGet-VM : key (secret)")) << detail.substr(detail.size() - 100);
}

TEST(LocalPowerShell, SaysWhatAScriptThrew) {
  FakePowerShell fake(
      "error = {'message': 'In use.\\r\\n (0x80070020)', 'id': 'I,C', 'category': 'C', 'line': '2'}\n"
      "envelope = json.dumps({'n': n, 'ok': False, 'error': error})\n"
      "say(b'@TBX1 ' + base64.b64encode(envelope.encode()) + b'\\n')");
  LocalPowerShell shell;
  const PowerShellError error = shell.ask(change).error();
  EXPECT_EQ(error.error, (Error{ErrorKind::rejected, "In use. (0x80070020)", ""}));
  EXPECT_EQ(error.failure, (PowerShellFailure{"I,C", "C", "In use.\r\n (0x80070020)", "0x80070020", 2}));
  EXPECT_FALSE(shell.ask(change)) << "and is asked again";
  EXPECT_EQ(shell.processes(), 1U);
}

TEST(LocalPowerShell, IsStoppedWhileItWaitsForAnAnswer) {
  FakePowerShell fake("time.sleep(30 if starts < 3 else 0)\nanswer(1)");
  LocalPowerShell shell;
  const auto stopped = [&](const PowerShellRequest& asked) {
    std::stop_source stop;
    std::jthread user([&, sent = shell.requests()] {
      while (shell.requests() == sent) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      stop.request_stop();
    });
    return kind_of(shell.ask(asked, stop.get_token()));
  };
  EXPECT_LT(seconds_of([&] {
              EXPECT_EQ(stopped(look), ErrorKind::cancelled);
              EXPECT_EQ(stopped(change), ErrorKind::outcome_unknown);
            }),
            15);
  EXPECT_EQ(shell.ask(look).value(), 1);
}

TEST(LocalPowerShell, IsStoppedWhileItWaitsForItsTurn) {
  FakePowerShell fake("time.sleep(2)\nanswer(1)");
  LocalPowerShell shell;
  std::jthread other([&] { EXPECT_TRUE(shell.ask(change)); });
  while (shell.requests() == 0) std::this_thread::yield();
  std::stop_source stop;
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  EXPECT_EQ(kind_of(shell.ask(change, stop.get_token())), ErrorKind::cancelled) << "it was not sent";
  EXPECT_EQ(kind_of(shell.ask(change, stop.get_token())), ErrorKind::cancelled);
  EXPECT_EQ(shell.requests(), 1U);
}

TEST(LocalPowerShell, AnswersManyThreads) {
  FakePowerShell fake("answer(request['args'])");
  LocalPowerShell shell;
  std::vector<json> answers(20);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back([&, i] { answers[i] = shell.ask(request(i)).value_or(json()); });
    }
  }
  for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i], json(i));
  EXPECT_EQ(shell.processes(), 1U);
}

TEST(LocalPowerShell, TakesThePathOfModulesAwayThatAnotherPowerShellLeft) {
  const EnvironmentVariable modules("PSModulePath", "/of/version/7");
  FakePowerShell fake("answer('PSModulePath' in os.environ)");
  LocalPowerShell shell;
  EXPECT_EQ(shell.ask(look).value(), false);
}

TEST(LocalPowerShell, SaysWhatIsNotThereAndHowToNameIt) {
  const auto message = [](const std::string& program) {
    const EnvironmentVariable variable("TBX_POWERSHELL", program);
    LocalPowerShell shell;
    const Error error = shell.ask(change).error().error;
    EXPECT_EQ(error.kind, ErrorKind::rejected);
    return error.message;
  };
  EXPECT_EQ(message(""),
            "Windows PowerShell is not there: run tbx on Windows, name it in TBX_POWERSHELL, or add --sim FILE, "
            "which simulates the host");
  EXPECT_EQ(message("/no/such"), "Windows PowerShell can't be started as /no/such: No such file or directory");
}

TEST(LocalPowerShell, AProcessThatEndsAtOnceWasNotAskedYet) {
  FakePowerShell fake("pass", "say(b'no such flag', sys.stderr); sys.exit(253)");
  LocalPowerShell shell;
  const Error error = shell.ask(change).error().error;
  EXPECT_EQ(error, (Error{ErrorKind::unreachable, "Windows PowerShell ended without an answer, with exit code 253",
                          "no such flag"}));
  EXPECT_EQ(shell.requests(), 0U);
}

}  // namespace
}  // namespace tbx
