// The command line as data: what is understood, and what is said about the rest.
#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "cli/command_table.h"
#include "tests/support/command_line.h"

namespace tbx {
namespace {

const std::set<System> all_systems{System::hyperv, System::talos, System::kubernetes, System::helm, System::access};

template <class T>
T parsed(const std::string& line) {
  const auto arguments = parse_arguments(test::words_of(line));
  if (!arguments) {
    ADD_FAILURE() << line << ": " << arguments.error().message;
    return {};
  }
  const T* result = std::get_if<T>(&*arguments);
  if (result == nullptr) {
    ADD_FAILURE() << line << " is another command";
    return {};
  }
  return *result;
}

std::string complaint(const std::string& line) {
  const auto arguments = parse_arguments(test::words_of(line));
  return arguments ? "(none)" : arguments.error().message;
}

TEST(Arguments, PlanHasDefaults) { EXPECT_EQ(parsed<PlanArguments>("plan c.yaml"), (PlanArguments{.spec = "c.yaml"})); }

TEST(Arguments, OptionsMayStandAnywhereAfterTheCommand) {
  const PlanArguments expected{.spec = "c.yaml",
                               .sim = {.file = "w", .systems = all_systems, .pace = 10},
                               .format = PlanFormat::json,
                               .detailed_exit_code = true};
  EXPECT_EQ(parsed<PlanArguments>("plan c.yaml --sim w --pace 10 --format json --detailed-exitcode"), expected);
  EXPECT_EQ(parsed<PlanArguments>("plan --detailed-exitcode --format=json --sim=w --pace=10 c.yaml"), expected);
}

TEST(Arguments, SimSystemsIsAList) {
  EXPECT_EQ(parsed<StatusArguments>("status c.yaml --sim w --sim-systems talos,helm").sim.systems,
            (std::set<System>{System::talos, System::helm}));
}

TEST(Arguments, ApplyTakesItsLimits) {
  const auto apply = parsed<ApplyArguments>("apply c.yaml --sim w -y --max-rounds 3 --parallel 2 --events e.jsonl");
  EXPECT_EQ(apply.question, Question::answered_yes);
  EXPECT_EQ(apply.max_rounds, 3);
  EXPECT_EQ(apply.parallel, 2);
  EXPECT_EQ(apply.events, "e.jsonl");
  EXPECT_EQ(parsed<ApplyArguments>("apply c.yaml").question, Question::ask);
}

TEST(Arguments, SimulateHasDefaultsAndTakesItsFigures) {
  EXPECT_EQ(parsed<SimulateArguments>("simulate c.yaml"), (SimulateArguments{.spec = "c.yaml", .sim = {}}));
  const SimulateArguments expected{.spec = "c.yaml",
                                   .sim = {.file = "w", .systems = all_systems},
                                   .runs = 1000,
                                   .seed = 18446744073709551615U,
                                   .faults = 1,
                                   .kill = true};
  EXPECT_EQ(
      parsed<SimulateArguments>("simulate c.yaml --sim w --runs 1000 --seed 18446744073709551615 --faults 1 --kill"),
      expected);
}

TEST(Arguments, TheOtherCommandsAreUnderstood) {
  EXPECT_EQ(parsed<InitArguments>("init"), InitArguments{});
  EXPECT_EQ(parsed<InitArguments>("init lab --example single"), (InitArguments{.name = "lab", .example = "single"}));
  EXPECT_EQ(parsed<ValidateArguments>("validate c.yaml").spec, "c.yaml");
  EXPECT_EQ(parsed<SchemaArguments>("schema").name, "");
  EXPECT_EQ(parsed<SchemaArguments>("schema plan").name, "plan");
  EXPECT_EQ(parsed<DriftArguments>("drift c.yaml --format json").format, DriftFormat::json);
  EXPECT_EQ(parsed<DriftArguments>("drift c.yaml --format markdown").format, DriftFormat::markdown);
  EXPECT_EQ(parsed<DriftArguments>("drift c.yaml --format junit").format, DriftFormat::junit);
  EXPECT_EQ(parsed<PlanArguments>("plan c.yaml --format markdown").format, PlanFormat::markdown);
  EXPECT_EQ(parsed<PlanArguments>("plan c.yaml --format dot").format, PlanFormat::dot);
  EXPECT_EQ(parsed<ObserveArguments>("observe c.yaml -o s.json").output, "s.json");
  EXPECT_EQ(parsed<DestroyArguments>("destroy c.yaml --yes").question, Question::answered_yes);
  EXPECT_EQ(parsed<ScaleArguments>("scale c.yaml cp=3 web=0").counts,
            (std::map<std::string, int>{{"cp", 3}, {"web", 0}}));
  EXPECT_EQ(parsed<RemoveArguments>("remove -y c.yaml n"),
            (RemoveArguments{.spec = "c.yaml", .node = "n", .question = Question::answered_yes}));
  EXPECT_EQ(parsed<CompletionArguments>("completion zsh").shell, "zsh");
  EXPECT_EQ(parsed<ValidateArguments>("validate -- -c.yaml").spec, "-c.yaml");
}

TEST(Arguments, WorldTakesTheRestAsItIs) {
  const WorldArguments expected{.file = "w", .verb = {"at", "40", "fail-next", "--op", "cpus=4"}};
  EXPECT_EQ(parsed<WorldArguments>("world w at 40 fail-next --op cpus=4"), expected);
  EXPECT_EQ(parsed<WorldArguments>("world w").verb, std::vector<std::string>{});
}

TEST(Arguments, HelpIsThereForEveryCommandAndWins) {
  for (const CommandInfo& command : all_commands()) {
    const std::string name(command.name);
    EXPECT_EQ(parsed<HelpArguments>(name + " --help").command, name);
    EXPECT_EQ(parsed<HelpArguments>(name + " -h").command, name);
    EXPECT_EQ(parsed<HelpArguments>("help " + name).command, name);
  }
  EXPECT_EQ(parsed<HelpArguments>("world w --help").command, "world");
  EXPECT_EQ(parsed<HelpArguments>("plan --format nonsense --help").command, "plan");
  EXPECT_EQ(parsed<HelpArguments>("--help").command, "");
  parsed<VersionArguments>("--version");
}

struct Complaint {
  std::string line;
  std::string message;
};

TEST(Arguments, SaysWhatIsWrong) {
  const std::vector<Complaint> table{
      {"", "a command is missing"},
      {"aply c.yaml", "unknown command \"aply\": did you mean \"apply\"?"},
      {"xyzzy", "unknown command \"xyzzy\""},
      {"help aply", "unknown command \"aply\": did you mean \"apply\"?"},
      {"--sim w plan c.yaml", "option \"--sim\" stands before the command; options come after it"},
      {"plan", "SPEC is missing: the cluster's YAML file"},
      {"plan c.yaml d.yaml", "\"d.yaml\" is one argument too many"},
      {"plan c.yaml --detailed-exitcodes",
       "unknown option \"--detailed-exitcodes\": did you mean \"--detailed-exitcode\"?"},
      {"plan c.yaml --fromat json", "unknown option \"--fromat\": did you mean \"--format\"?"},
      {"plan c.yaml --format jsno", "--format \"jsno\" is unknown: did you mean \"json\"?"},
      {"plan c.yaml --format xml", "--format \"xml\" is unknown; it is one of text, json, markdown, dot"},
      {"drift c.yaml --format dot", "--format \"dot\" is unknown; it is one of text, json, markdown, junit"},
      {"plan c.yaml --format", "--format needs a value: --format FORMAT"},
      {"plan c.yaml --sim", "--sim needs a value: --sim FILE"},
      {"plan c.yaml --sim --format json", "--sim needs a value: --sim FILE"},
      {"plan c.yaml --sim a --sim b", "--sim is given more than once"},
      {"plan c.yaml --detailed-exitcode=yes", "--detailed-exitcode takes no value"},
      {"plan c.yaml --pace 3", "--pace says how to simulate, and needs --sim FILE"},
      {"plan c.yaml --sim w --pace fast", "--pace \"fast\" is not a number of at least 0"},
      {"plan c.yaml --sim w --pace -1", "--pace \"-1\" is not a number of at least 0"},
      {"plan c.yaml --sim w --from s", "--from plans from a snapshot and --sim looks at a world: give one of them"},
      {"apply c.yaml --max-rounds 0", "--max-rounds \"0\" is not a number of at least 1"},
      {"apply c.yaml --parallel 1.5", "--parallel \"1.5\" is not a number of at least 1"},
      {"status c.yaml --sim w --sim-systems talso",
       "--sim-systems \"talso\" is unknown: did you mean \"talos\"?; it is a list of "
       "hyperv,talos,kubernetes,helm,access"},
      {"schema clusters", "NAME \"clusters\" is unknown: did you mean \"cluster\"?"},
      {"completion tcsh", "SHELL \"tcsh\" is unknown; it is one of bash, zsh, fish, powershell"},
      {"world", "FILE is missing: the world's file; every verb but show creates it"},
  };
  for (const Complaint& each : table) EXPECT_EQ(complaint(each.line), each.message) << each.line;
}

TEST(Arguments, WhatIsPromisedAndNotThereSaysSo) {
  for (const std::string line : {"doctor", "doctor c.yaml"}) {
    EXPECT_TRUE(test::contains(complaint(line), "is not there yet")) << line;
  }
}

}  // namespace
}  // namespace tbx
