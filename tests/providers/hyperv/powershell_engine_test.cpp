// The transport and its bootstrap in a real PowerShell, where there is one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "providers/child_process.h"
#include "providers/hyperv/local_powershell.h"
#include "tests/support/environment_variable.h"
#include "tests/support/stand_in_host.h"

namespace tbx {
namespace {

using nlohmann::json;

class PowerShellEngine : public testing::Test {
 protected:
  void SetUp() override {
    const auto known = test::powershell_engine();
    const auto engine = known.empty() ? find_in_path("pwsh") : known;
    if (engine.empty()) {
      GTEST_SKIP() << "no PowerShell is here: install pwsh, or name a Windows PowerShell in TBX_POWERSHELL";
    }
    variable_.emplace("TBX_POWERSHELL", engine.string());
  }

  PowerShellResult run(std::string_view script, json arguments = {}) {
    return shell_.ask({.script = script, .arguments = std::move(arguments)});
  }
  PowerShellFailure thrown_by(std::string_view script, json arguments = {}) {
    const auto result = run(script, std::move(arguments));
    if (result) {
      ADD_FAILURE() << "threw nothing: " << result.value();
      return {};
    }
    EXPECT_EQ(result.error().error.kind, ErrorKind::rejected) << result.error().error.message;
    return result.error().failure.value_or(PowerShellFailure{});
  }

  LocalPowerShell shell_;

 private:
  std::optional<test::EnvironmentVariable> variable_;
};

TEST_F(PowerShellEngine, GetsHostileValuesUnchanged) {
  const std::vector<std::string> hostile{
      "a' b",
      "a\xE2\x80\x98 b",
      "a\xE2\x80\x99; throw 'broken out' ; \xE2\x80\x98",
      "a\xE2\x80\x9A b",
      "a\xE2\x80\x9B b",
      "\"$(throw 'expanded')\" $env:PATH ${x}",
      "`n `$ ``",
      "a; throw 'run' | b & c",
      "[x]*?",
      "line\nline\r\nline",
      "@TBX1 eyJuIjoxfQ==",
      "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E \xF0\x9F\x98\x80",
      "C:\\tbx\\lab\\ # <!-- ]]> %PATH%",
      std::string(300, 'x'),
  };
  for (const std::string& value : hostile) {
    EXPECT_EQ(run("@{echo=[string]$args[0].value; length=$args[0].value.Length}", {{"value", value}})
                  .value_or(json::object())
                  .value("echo", "(no answer)"),
              value);
  }
  EXPECT_EQ(run("@{all=@($args[0].values)}", {{"values", hostile}}).value_or(json()), json({{"all", hostile}}));
  EXPECT_EQ(shell_.processes(), 1U);
}

TEST_F(PowerShellEngine, TellsWhatAScriptThrew) {
  const auto absent = thrown_by("$null = 1\nGet-Item -LiteralPath (Join-Path $pwd 'no-such-file')");
  EXPECT_EQ(absent.id, "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand");
  EXPECT_EQ(absent.category, "ObjectNotFound");
  EXPECT_NE(absent.message.find("no-such-file"), std::string::npos) << absent.message;
  EXPECT_EQ(absent.code, "");

  const auto own = thrown_by("throw ('TBX_IN_USE ' + $args[0].path + ' (0x80070020)')", {{"path", "\xE6\x97\xA5"}});
  EXPECT_EQ(own, (PowerShellFailure{"TBX_IN_USE \xE6\x97\xA5 (0x80070020)", "OperationStopped",
                                    "TBX_IN_USE \xE6\x97\xA5 (0x80070020)", "0x80070020", 1}));
  EXPECT_EQ(thrown_by("1\n2\nNo-SuchCommand").id, "CommandNotFoundException");
  EXPECT_EQ(thrown_by("1\n2\nNo-SuchCommand").line, 3);
  EXPECT_NE(thrown_by("if {").id, "") << "a script that can't be parsed";
  EXPECT_EQ(run("@{a=1}").value_or(json()), json({{"a", 1}})) << "and goes on";
  EXPECT_EQ(shell_.processes(), 1U);
}

TEST_F(PowerShellEngine, KeepsTheShapeOfValues) {
  EXPECT_EQ(run("$null").value_or("lost"), json());
  EXPECT_EQ(run("").value_or("lost"), json()) << "an empty script";
  EXPECT_EQ(run("$null = 1").value_or("lost"), json()) << "no output";
  EXPECT_EQ(run("@{one=@('x'); none=@(); nothing=$null}").value_or(json()),
            (json{{"one", {"x"}}, {"none", json::array()}, {"nothing", nullptr}}));
  EXPECT_EQ(run("@{a=$args[0].one -is [array]; b=$args[0].none -is [array]; c=$null -eq $args[0].nothing}",
                {{"one", {"x"}}, {"none", json::array()}, {"nothing", nullptr}})
                .value_or(json()),
            (json{{"a", true}, {"b", true}, {"c", true}}));
  EXPECT_EQ(run("1; 2").value_or(json()), json({1, 2})) << "several objects";
}

TEST_F(PowerShellEngine, KeepsLargeNumbers) {
  EXPECT_EQ(
      run("@{size=[int64]21474836480; double=[int64]$args[0].size * 2}", {{"size", 21'474'836'480}}).value_or(json()),
      (json{{"size", 21'474'836'480}, {"double", 42'949'672'960}}));
}

TEST_F(PowerShellEngine, OverlooksWhatAScriptPrintsBesideItsResult) {
  EXPECT_EQ(
      run("Write-Host 'noise'; Write-Warning 'careful'; [Console]::Write('no line end'); @{a=1}").value_or(json()),
      json({{"a", 1}}));
  EXPECT_EQ(run("[Console]::Error.WriteLine('noise'); @{a=2}").value_or(json()), json({{"a", 2}}));
}

TEST_F(PowerShellEngine, TakesAndGivesAMegabyte) {
  const json large = std::string(1'000'000, 'x');
  EXPECT_TRUE(run("@{echo=[string]$args[0]}", large).value_or(json::object()).value("echo", json()) == large);
}

TEST_F(PowerShellEngine, LeavesNothingOfOneScriptToTheNext) {
  EXPECT_TRUE(run("$value = 1; Set-StrictMode -Version Latest; @{a=$value}"));
  EXPECT_EQ(run("@{a=$null -eq $value}").value_or(json()), json({{"a", true}}));
}

TEST_F(PowerShellEngine, IsStartedAnewWhenAScriptTookTooLong) {
  ASSERT_TRUE(run("1"));
  const auto asked = shell_.ask({.script = "Start-Sleep 30", .deadline_seconds = 0.5});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().error.kind, ErrorKind::timed_out);
  EXPECT_EQ(run("@{a=1}").value_or(json()), json({{"a", 1}}));
  EXPECT_EQ(shell_.processes(), 2U);
}

TEST_F(PowerShellEngine, TellsAScriptThatEndsItsProcess) {
  const auto asked = run("exit 5");
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().error.kind, ErrorKind::unreachable);
  EXPECT_EQ(asked.error().error.message, "Windows PowerShell ended without an answer, with exit code 5");
}

}  // namespace
}  // namespace tbx
