// The commands that look at no cluster: help, init, validate, schema, completion, world.
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command_table.h"
#include "specs/embedded.h"
#include "tests/support/command_line.h"
#include "tests/support/environment_variable.h"

namespace tbx::test {
namespace {

class Commands : public CommandTest {};

TEST_F(Commands, HelpListsEveryCommandAndNoneThatIsNotThere) {
  const std::string page = expect(0, "--help").out;
  for (const CommandInfo& command : all_commands()) EXPECT_TRUE(contains(page, "\n  " + std::string(command.name)));
  for (const std::string name : {"doctor"}) {
    EXPECT_EQ(page.find("\n  " + name), std::string::npos) << name;
  }
}

TEST_F(Commands, EveryHelpPageHasUsageExamplesAndExitCodes) {
  for (const CommandInfo& command : all_commands()) {
    const CommandResult result = expect(0, std::string(command.name) + " --help");
    EXPECT_EQ(result.err, "");
    for (const std::string& part : {"Usage: tbx " + std::string(command.name), std::string("\nOptions:\n"),
                                    std::string("\nExamples:\n"), std::string("\nExit codes:\n")}) {
      EXPECT_TRUE(contains(result.out, part));
    }
    EXPECT_GE(command.examples.size(), 2U) << command.name;
    for (const OptionInfo& option : command.options) EXPECT_TRUE(contains(result.out, std::string(option.name)));
  }
}

TEST_F(Commands, HelpOfWorldListsItsVerbs) {
  const std::string page = expect(0, "world w.json --help").out;
  for (const std::string verb : {"show", "power-off NODE", "readdress", "hide SYSTEM", "at SECONDS VERB"}) {
    EXPECT_TRUE(contains(page, verb));
  }
}

TEST_F(Commands, AMistakeIsSaidOnStderrWithTheWayToHelp) {
  const CommandResult result = expect(1, "plan");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "error: SPEC is missing: the cluster's YAML file\nRun tbx plan --help to see what it takes.\n");
  EXPECT_TRUE(contains(expect(1, "aply c.yaml").err, "did you mean \"apply\"?\nRun tbx --help"));
  EXPECT_EQ(expect(1, "doctor").err.substr(0, 28), "error: tbx doctor is not the");
}

TEST_F(Commands, InitWritesAValidFileAndItsSchema) {
  const CommandResult result = expect(0, "init");
  EXPECT_TRUE(contains(result.out, "cluster.yaml holds the cluster talos-hypv"));
  EXPECT_EQ(read("cluster.schema.json"), embedded_schema("cluster"));
  const std::string spec = read("cluster.yaml");
  EXPECT_EQ(spec.substr(0, spec.find('\n')), "# yaml-language-server: $schema=cluster.schema.json");
  EXPECT_TRUE(contains(expect(0, "validate cluster.yaml").out,
                       "cluster talos-hypv: 1 control plane, 1 worker, 4 addons, 4 routes"));
}

TEST_F(Commands, InitTakesANameAndAnExample) {
  expect(0, "init homelab --example single");
  EXPECT_TRUE(contains(read("cluster.yaml"), "\nmetadata:\n  name: homelab\n"));
  EXPECT_TRUE(contains(expect(0, "validate cluster.yaml").out, "cluster homelab: 1 control plane, 0 workers"));
}

TEST_F(Commands, InitOverwritesNothing) {
  write("cluster.yaml", "mine");
  EXPECT_TRUE(contains(expect(1, "init").err, "cluster.yaml is there already, and init overwrites nothing"));
  EXPECT_EQ(read("cluster.yaml"), "mine");
  EXPECT_FALSE(exists("cluster.schema.json"));
  std::filesystem::remove("cluster.yaml");
  write("cluster.schema.json", "{}");
  EXPECT_TRUE(contains(expect(1, "init").err, "cluster.schema.json is there already"));
  EXPECT_FALSE(exists("cluster.yaml"));
}

TEST_F(Commands, InitRefusesABadNameOrExampleAndWritesNothing) {
  EXPECT_TRUE(contains(expect(1, "init My_Lab").err, "\"My_Lab\" is no name for a cluster; nothing was written"));
  EXPECT_TRUE(contains(expect(1, "init --example sandbx").err, "did you mean \"sandbox\"?"));
  EXPECT_TRUE(contains(expect(1, "init --example pools").err, "copy the folder examples/pools"));
  EXPECT_TRUE(std::filesystem::is_empty("."));
}

TEST_F(Commands, ValidateShowsEveryProblemWithItsPlace) {
  write("bad.yaml",
        "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n  worker: {count: 1}\n  routs: {}\n");
  const CommandResult result = expect(1, "validate bad.yaml");
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "bad.yaml:5:3: error:"));
  EXPECT_TRUE(contains(result.err, "did you mean \"workers\"?"));
  EXPECT_TRUE(contains(result.err, "bad.yaml:6:3: error:"));
  EXPECT_TRUE(contains(expect(1, "validate nowhere.yaml").err, "nowhere.yaml"));
}

TEST_F(Commands, AWarningIsShownAndDoesNotStop) {
  write("two.yaml", "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\nspec:\n  controlPlane: {count: 2}\n");
  const CommandResult result = expect(0, "validate two.yaml");
  EXPECT_TRUE(contains(result.err, "warning:"));
  EXPECT_TRUE(contains(result.out, "is valid"));
}

TEST_F(Commands, EverySchemaOfTheSourcesIsPrintedAsItIsAndListed) {
  EXPECT_EQ(expect(0, "schema").out, expect(0, "schema cluster").out);
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TBX_SOURCE_DIR) / "schemas")) {
    const std::string file = entry.path().filename().string();
    const std::string name = file.substr(0, file.find('.'));
    files.insert(name);
    const std::string printed = expect(0, "schema " + name).out;
    EXPECT_EQ(printed, read(entry.path().string()));
    EXPECT_TRUE(nlohmann::json::parse(printed).contains("$schema")) << name;
  }
  const std::vector<std::string_view>& choices = find_command("schema")->positionals.front().choices;
  EXPECT_EQ(std::set<std::string>(choices.begin(), choices.end()), files);
}

TEST_F(Commands, CompletionsKnowEveryCommandAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish", "powershell"}) {
    const std::string script = expect(0, "completion " + shell).out;
    for (const CommandInfo& command : all_commands()) {
      EXPECT_TRUE(contains(script, std::string(command.name))) << shell;
      for (const OptionInfo& option : command.options) {
        const std::string name(shell == "fish" ? " -l " + std::string(option.name.substr(2))
                                               : std::string(option.name));
        EXPECT_TRUE(contains(script, name)) << shell;
      }
    }
  }
}

TEST_F(Commands, WithoutPowerShellTheHostIsUnknownAndNothingIsChanged) {
  const EnvironmentVariable powershell("TBX_POWERSHELL", "/nowhere/powershell");
  expect(0, "init");
  for (const std::string command : {"plan", "drift", "status", "observe"}) {
    const CommandResult result = expect(4, command + " cluster.yaml");
    EXPECT_TRUE(contains(result.out + result.err, "PowerShell"));
  }
  for (const std::string command : {"apply", "destroy"}) {
    EXPECT_TRUE(contains(expect(1, command + " cluster.yaml --yes").err, "PowerShell"));
  }
  EXPECT_TRUE(contains(expect(4, "plan cluster.yaml --sim w.json --sim-systems talos,helm").out, "hyperv"));
  EXPECT_FALSE(exists("_out"));
}

TEST_F(Commands, AFileThatIsNoWorldIsSaidSo) {
  expect(0, "init");
  for (const std::string command : {"world cluster.yaml show", "plan cluster.yaml --sim cluster.yaml"}) {
    const CommandResult result = expect(1, command);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, "cluster.yaml"));
  }
  const std::string before = read("cluster.yaml");
  expect(1, "apply cluster.yaml --sim cluster.yaml --yes");
  EXPECT_EQ(read("cluster.yaml"), before);
}

TEST_F(Commands, AStreamThatTheCallerClosedIsNotTakenForAFile) {
  expect(0, "init");
  const std::string apply = TBX_PROGRAM " apply cluster.yaml --sim w.json --yes";
  EXPECT_EQ(std::system((apply + " >said.txt 2>&-").c_str()), 0);
  EXPECT_TRUE(contains(expect(0, "drift cluster.yaml --sim w.json").out, "is as its file says"));
}

TEST_F(Commands, WorldSaysWhatItCanDo) {
  EXPECT_TRUE(contains(expect(1, "world w.json").err, "tbx world w.json show"));
  EXPECT_TRUE(contains(expect(1, "world w.json pwer-off n").err, "power-off"));
  EXPECT_TRUE(contains(expect(0, "world w.json show").out, "Default Switch"));
  EXPECT_FALSE(exists("w.json"));
}

}  // namespace
}  // namespace tbx::test
