// The table of commands, as data.
#include "cli/command_table.h"

#include <algorithm>
#include <array>

#include "specs/embedded.h"

namespace tbx {
namespace {

constexpr std::string_view start_group = "Start";
constexpr std::string_view look_group = "Look";
constexpr std::string_view change_group = "Change";
constexpr std::string_view tool_group = "Tools";

const PositionalInfo spec_argument{.name = "SPEC", .help = "the cluster's YAML file"};

const ExitInfo exit_done{ExitCode::done, "done, or nothing to do"};
const ExitInfo exit_failed{ExitCode::failed, "bad input or bad usage"};
const ExitInfo exit_action_failed{
    ExitCode::failed, "bad input, an action that failed, a lock held by somebody else, a question answered no"};
const ExitInfo exit_refused{ExitCode::refused, "a safety rule refused something"};
const ExitInfo exit_unobservable{ExitCode::unobservable, "something needed could not be observed"};
const ExitInfo exit_not_converged{ExitCode::not_converged, "did not converge"};
const ExitInfo exit_interrupted{ExitCode::interrupted, "interrupted"};

std::vector<OptionInfo> with_sim(std::vector<OptionInfo> options) {
  options.push_back({"--sim", "", "FILE", ValueKind::file,
                     "look at the simulated world kept in FILE; one that is not there is an empty host"});
  options.push_back(
      {"--sim-systems", "", "LIST", ValueKind::text, "simulate only these: hyperv,talos,kubernetes,helm,access [all]"});
  options.push_back({"--pace", "", "N", ValueKind::number, "N virtual seconds a second in that world [no waiting]"});
  return options;
}

OptionInfo format_option(std::string_view help, std::vector<std::string_view> formats) {
  return {"--format", "", "FORMAT", ValueKind::choice, help, std::move(formats)};
}

std::vector<std::string_view> schema_names() {
  std::vector<std::string_view> names;
  for (const EmbeddedFile& schema : embedded_schemas()) names.push_back(schema.name);
  return names;
}

CommandInfo init_command() {
  return {
      .name = "init",
      .group = start_group,
      .purpose =
          "Write a cluster.yaml to start from, and beside it the schema that editors complete and check it with.",
      .positionals = {{.name = "NAME", .kind = ValueKind::text, .is_required = false, .help = "the cluster's name"}},
      .options = {{"--example", "", "NAME", ValueKind::text, "start from this example [sandbox]"}},
      .examples = {{"tbx init", "the sandbox: two nodes, the whole platform"},
                   {"tbx init homelab --example single", "one node that carries workloads too"}},
      .exits = {{ExitCode::done, "written"},
                {ExitCode::failed, "a file of that name is there already, or a bad name"}}};
}

CommandInfo validate_command() {
  return {.name = "validate",
          .group = start_group,
          .purpose = "Check a cluster file without looking at any system: every problem at once, with its line.",
          .positionals = {spec_argument},
          .options = {},
          .examples = {{"tbx validate cluster.yaml", ""}, {"tbx validate examples/*/cluster.yaml && git commit", ""}},
          .exits = {{ExitCode::done, "the file is valid"}, {ExitCode::failed, "it is not, or it can't be read"}}};
}

CommandInfo schema_command() {
  return {.name = "schema",
          .group = start_group,
          .purpose = "Print the JSON Schema of the cluster file, or of one of the documents that tbx writes.",
          .positionals = {{.name = "NAME",
                           .kind = ValueKind::choice,
                           .is_required = false,
                           .help = "which document [cluster]",
                           .choices = schema_names()}},
          .options = {},
          .examples = {{"tbx schema > cluster.schema.json", "for an editor"},
                       {"tbx schema plan", "of what plan --format json prints"}},
          .exits = {exit_done, exit_failed}};
}

CommandInfo plan_command() {
  return {
      .name = "plan",
      .group = look_group,
      .purpose = "Show what has to be done so that reality matches the file. Changes nothing.",
      .positionals = {spec_argument},
      .options = with_sim(
          {format_option("text, json, markdown or dot [text]", {"text", "json", "markdown", "dot"}),
           {"--output", "-o", "PLANFILE", ValueKind::file,
            "save the plan, for a pull request and for tbx apply PLANFILE"},
           {"--detailed-exitcode", "", "", ValueKind::text, "exit with 2 when there are changes"},
           {"--from", "", "SNAPSHOT", ValueKind::file, "plan from a state that tbx observe saved, without looking"}}),
      .examples = {{"tbx plan cluster.yaml --sim world.json", "everything, from an empty host"},
                   {"tbx plan cluster.yaml --sim world.json -o plan.json", "to be reviewed, then tbx apply plan.json"},
                   {"tbx plan cluster.yaml --sim world.json --detailed-exitcode", "for a pipeline"},
                   {"tbx plan cluster.yaml --sim world.json --format dot | dot -Tsvg -o plan.svg", "as a picture"},
                   {"tbx plan cluster.yaml --from snapshot.json --format json | jq '.actions[].id'", ""}},
      .exits = {{ExitCode::done, "planned; with --detailed-exitcode: there is nothing to do"},
                exit_failed,
                {ExitCode::changes, "with --detailed-exitcode: there are changes"},
                exit_refused,
                exit_unobservable}};
}

CommandInfo explain_command() {
  return {
      .name = "explain",
      .group = look_group,
      .purpose =
          "Explain an action of the plan: why it is there, which facts and rules it rests on, what it waits for, does, "
          "and leaves behind when it fails. Or a key of the file: its value, what it means, and what it leads to.",
      .positionals = {spec_argument,
                      {.name = "ACTION-OR-PATH",
                       .kind = ValueKind::text,
                       .help = "an action's ID or its beginning, or a path such as controlPlane.memory"}},
      .options = with_sim({{"--from", "", "SNAPSHOT", ValueKind::file,
                            "explain what follows from a state that tbx observe saved, without looking"}}),
      .examples = {{"tbx explain cluster.yaml leave-etcd/ha-cp-03 --sim world.json", ""},
                   {"tbx explain cluster.yaml bootstrap --sim world.json", "a beginning that only one action has"},
                   {"tbx explain cluster.yaml controlPlane.memory --sim world.json", "a key of the file"}},
      .exits = {{ExitCode::done, "explained"},
                {ExitCode::failed, "bad input, or no such action or key"},
                {ExitCode::unobservable, "explained as far as could be, but something it rests on is not known"}}};
}

CommandInfo apply_command() {
  return {
      .name = "apply",
      .group = change_group,
      .purpose =
          "Make reality match the file: plan, ask, execute, look again, until nothing is left to do. A saved "
          "plan is only applied while the facts it was made from hold.",
      .positionals = {{.name = "SPEC|PLANFILE", .help = "the cluster's YAML file, or a plan that tbx plan -o saved"}},
      .options = with_sim(
          {{"--yes", "-y", "", ValueKind::text, "do not ask; needed where there is no terminal"},
           {"--max-rounds", "", "N", ValueKind::number, "give up after N rounds of plan and execute"},
           {"--parallel", "", "N", ValueKind::number, "at most N actions at once"},
           {"--replace", "", "NODE", ValueKind::text, "make this node anew, although it lives; several: NODE,NODE"},
           {"--events", "", "FILE", ValueKind::file, "append what happens to FILE, as JSON lines"}}),
      .examples = {{"tbx apply cluster.yaml --sim world.json", "shows the plan, then asks"},
                   {"tbx apply plan.json --sim world.json --yes", "just what was reviewed"},
                   {"tbx apply cluster.yaml --sim world.json --yes --pace 60", "a minute of the world in a second"},
                   {"tbx apply cluster.yaml --sim world.json --yes --events events.jsonl", "for a pipeline"}},
      .exits = {exit_done,
                exit_action_failed,
                {ExitCode::refused,
                 "a safety rule still refuses something at the end, or facts moved since the plan was saved"},
                {ExitCode::unobservable, "something needed still can't be observed at the end"},
                exit_not_converged,
                exit_interrupted}};
}

CommandInfo drift_command() {
  return {.name = "drift",
          .group = look_group,
          .purpose = "Compare reality with the file, field by field.",
          .positionals = {spec_argument},
          .options =
              with_sim({format_option("text, json, markdown or junit [text]", {"text", "json", "markdown", "junit"})}),
          .examples = {{"tbx drift cluster.yaml --sim world.json", ""},
                       {"tbx drift cluster.yaml --sim world.json --format json", "for a pipeline"},
                       {"tbx drift cluster.yaml --sim world.json --format junit > drift.xml", "for a CI server"}},
          .exits = {{ExitCode::done, "no field differs"},
                    exit_failed,
                    {ExitCode::changes, "some fields differ"},
                    exit_refused,
                    exit_unobservable}};
}

CommandInfo status_command() {
  return {.name = "status",
          .group = look_group,
          .purpose = "Show how the cluster is: machines, etcd, nodes, releases and dashboards.",
          .positionals = {spec_argument},
          .options = with_sim({}),
          .examples = {{"tbx status cluster.yaml --sim world.json", ""},
                       {"watch tbx status cluster.yaml --sim world.json", ""}},
          .exits = {exit_done, exit_failed, exit_unobservable}};
}

CommandInfo observe_command() {
  return {
      .name = "observe",
      .group = look_group,
      .purpose = "Look at everything the file is about and write down what is there, as JSON without secrets.",
      .positionals = {spec_argument},
      .options = with_sim({{"--output", "-o", "SNAPSHOT", ValueKind::file, "write to this file instead of stdout"}}),
      .examples = {{"tbx observe cluster.yaml --sim world.json | jq .etcd", ""},
                   {"tbx observe cluster.yaml --sim world.json -o snapshot.json", "for plan --from"}},
      .exits = {exit_done, exit_failed, exit_unobservable}};
}

CommandInfo destroy_command() {
  return {
      .name = "destroy",
      .group = change_group,
      .purpose = "Delete everything that tbx made for this cluster: machines, disks, hosts lines, credentials.",
      .positionals = {spec_argument},
      .options = with_sim({{"--yes", "-y", "", ValueKind::text, "do not ask; needed where there is no terminal"},
                           {"--events", "", "FILE", ValueKind::file, "append what happens to FILE, as JSON lines"}}),
      .examples = {{"tbx destroy cluster.yaml --sim world.json", "names what goes, then asks for the cluster's name"},
                   {"tbx destroy cluster.yaml --sim world.json --yes", ""}},
      .exits = {{ExitCode::done, "nothing of the cluster is left"},
                exit_action_failed,
                {ExitCode::refused, "the file protects the cluster or a node, or a rule refused something"},
                exit_unobservable,
                exit_not_converged,
                exit_interrupted}};
}

CommandInfo scale_command() {
  return {.name = "scale",
          .group = change_group,
          .purpose = "Give pools another number of nodes in the file: only the lines that must change do.",
          .positionals = {spec_argument,
                          {.name = "POOL=N",
                           .kind = ValueKind::text,
                           .takes_rest = true,
                           .help = "controlPlane, worker or a pool's own name, and how many nodes it shall have"}},
          .options = {},
          .examples = {{"tbx scale cluster.yaml worker=3", "then: tbx plan, tbx apply"},
                       {"tbx scale cluster.yaml controlPlane=3 web=4", "all of them, or none"}},
          .exits = {{ExitCode::done, "the file is edited, or says so already"},
                    {ExitCode::failed, "bad input, no such pool, or the file can't be edited safely"},
                    {ExitCode::refused, "a node is protected, or no control plane would be left"}}};
}

CommandInfo remove_command() {
  return {
      .name = "remove",
      .group = change_group,
      .purpose = "Take one node out of the file, so that the next apply deletes it. No other node is numbered anew.",
      .positionals = {spec_argument,
                      {.name = "NODE", .kind = ValueKind::text, .help = "its name as a machine or in Kubernetes"}},
      .options = {{"--yes", "-y", "", ValueKind::text, "do not ask; needed where there is no terminal"}},
      .examples = {{"tbx remove cluster.yaml talos-hypv-worker-02", "shows the edit, then asks"},
                   {"tbx remove cluster.yaml talos-hypv-worker-02 --yes", ""}},
      .exits = {{ExitCode::done, "the file is edited"},
                {ExitCode::failed, "bad input, no such node, a question answered no, or no safe edit"},
                {ExitCode::refused, "the node is protected, or the last control plane"}}};
}

CommandInfo simulate_command() {
  return {.name = "simulate",
          .group = tool_group,
          .purpose =
              "Rehearse: apply the file many times in simulated worlds, with faults, and say how it went. Each run "
              "applies up to 4 times while faults happen, then once without; it converged when one of these says "
              "that nothing is left to do. Rules are checked after every step.",
          .positionals = {spec_argument},
          .options = {{"--runs", "", "N", ValueKind::number, "how many runs [100]"},
                      {"--seed", "", "N", ValueKind::number, "of the first run; the next one takes the next [1]"},
                      {"--faults", "", "RATE", ValueKind::number,
                       "how often, from 0 to 1, an action fails, an answer is lost, a look fails, a machine dies [0]"},
                      {"--kill", "", "", ValueKind::text, "kill tbx too, at any moment, and start it again"},
                      {"--sim", "", "FILE", ValueKind::file,
                       "start from the simulated world kept in FILE, which stays as it is [an empty host]"}},
          .examples = {{"tbx simulate cluster.yaml --faults 0.1 --kill", "before the first apply"},
                       {"tbx simulate cluster.yaml --sim world.json --faults 0.05", "what would this edit do?"},
                       {"tbx simulate cluster.yaml --seed 17 --runs 1 --faults 0.1", "one run again, the same in all"}},
          .exits = {{ExitCode::done, "every run converged"},
                    {ExitCode::failed, "bad input or bad usage, or a safety rule was broken: a bug of tbx"},
                    {ExitCode::not_converged, "a run did not converge"},
                    exit_interrupted}};
}

CommandInfo world_command() {
  return {.name = "world",
          .group = tool_group,
          .purpose = "Look at a simulated world, or disturb it to see what tbx makes of it.",
          .positionals = {{.name = "FILE", .help = "the world's file; every verb but show creates it"},
                          {.name = "VERB",
                           .kind = ValueKind::text,
                           .is_required = false,
                           .takes_rest = true,
                           .help = "what to do, with its arguments"}},
          .options = {},
          .examples = {{"tbx world world.json show", ""},
                       {"tbx world world.json power-off talos-hypv-worker-01", "then: tbx drift, tbx apply"},
                       {"tbx world world.json at 40 delete-machine talos-hypv-worker-01",
                        "in the middle of the next apply"}},
          .exits = {exit_done, {ExitCode::failed, "bad usage, not a world, or nothing of that name in it"}}};
}

CommandInfo completion_command() {
  return {.name = "completion",
          .group = tool_group,
          .purpose = "Print the script that makes a shell complete commands, options and file names.",
          .positionals = {{.name = "SHELL",
                           .kind = ValueKind::choice,
                           .help = "bash, zsh, fish or powershell",
                           .choices = {"bash", "zsh", "fish", "powershell"}}},
          .options = {},
          .examples = {{"source <(tbx completion bash)", "in ~/.bashrc"},
                       {"tbx completion fish > ~/.config/fish/completions/tbx.fish", ""},
                       {"tbx completion powershell | Out-String | Invoke-Expression", "in $PROFILE"}},
          .exits = {exit_done, exit_failed}};
}

struct Missing {
  std::string_view command;
  std::string_view option;  ///< empty: the whole command
  std::string_view message;
};

constexpr std::array missing{
    Missing{"doctor", "", "tbx doctor is not there yet; tbx validate checks the file, tbx plan what tbx would do"},
};

}  // namespace

const std::vector<CommandInfo>& all_commands() {
  static const std::vector<CommandInfo> commands{
      init_command(),    validate_command(), schema_command(),   plan_command(),  drift_command(),
      explain_command(), status_command(),   observe_command(),  apply_command(), destroy_command(),
      scale_command(),   remove_command(),   simulate_command(), world_command(), completion_command()};
  return commands;
}

const CommandInfo* find_command(std::string_view name) {
  const std::vector<CommandInfo>& commands = all_commands();
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const CommandInfo& command) { return command.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

std::string_view not_there_yet(std::string_view command, std::string_view option) {
  const auto found = std::find_if(missing.begin(), missing.end(), [&](const Missing& each) {
    return each.command == command && each.option == option;
  });
  return found == missing.end() ? std::string_view{} : found->message;
}

}  // namespace tbx
