// From words to the options of one command.
#include "cli/arguments.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/parse_words.h"
#include "engine/described.h"
#include "specs/did_you_mean.h"
#include "specs/problem.h"

namespace tbx {
namespace {

using Parsed = tl::expected<Arguments, std::string>;

const std::vector<std::string> all_system_names{"hyperv", "talos", "kubernetes", "helm", "access"};

template <class Number>
tl::expected<Number, std::string> parse_number(std::string_view option, const std::string& text, Number least) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= least)) {
    return tl::unexpected(fmt::format("{} {} is not a number of at least {}", option, in_quotes(text), least));
  }
  return number;
}

tl::expected<std::optional<int>, std::string> count_of(const ParsedWords& words, std::string_view option) {
  if (!words.has(option)) return std::optional<int>{};
  const auto number = parse_number<int>(option, words.value(option), 1);
  if (!number) return tl::unexpected(number.error());
  return std::optional<int>{*number};
}

tl::expected<std::set<System>, std::string> parse_systems(std::string_view list) {
  std::set<System> systems;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string name(list.substr(0, comma));
    const std::optional<System> system = enum_value<System>(name);
    if (!system) {
      return tl::unexpected(fmt::format("--sim-systems {} is unknown{}; it is a list of {}", in_quotes(name),
                                        did_you_mean(name, all_system_names), fmt::join(all_system_names, ",")));
    }
    systems.insert(*system);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return systems;
}

tl::expected<SimArguments, std::string> parse_sim(const ParsedWords& words) {
  SimArguments sim;
  sim.file = words.value("--sim");
  for (const std::string_view option : {"--sim-systems", "--pace"}) {
    if (sim.file.empty() && words.has(option)) {
      return tl::unexpected(fmt::format("{} says how to simulate, and needs --sim FILE", option));
    }
  }
  if (sim.file.empty()) return sim;
  const std::string list =
      words.has("--sim-systems") ? words.value("--sim-systems") : fmt::format("{}", fmt::join(all_system_names, ","));
  auto systems = parse_systems(list);
  if (!systems) return tl::unexpected(systems.error());
  sim.systems = std::move(*systems);
  if (words.has("--pace")) {
    const auto pace = parse_number<double>("--pace", words.value("--pace"), 0);
    if (!pace) return tl::unexpected(pace.error());
    sim.pace = *pace;
  }
  return sim;
}

PlanFormat plan_format_of(const ParsedWords& words) {
  const std::string format = words.value("--format");
  if (format == "json") return PlanFormat::json;
  if (format == "markdown") return PlanFormat::markdown;
  return format == "dot" ? PlanFormat::dot : PlanFormat::text;
}

DriftFormat drift_format_of(const ParsedWords& words) {
  const std::string format = words.value("--format");
  if (format == "json") return DriftFormat::json;
  if (format == "markdown") return DriftFormat::markdown;
  return format == "junit" ? DriftFormat::junit : DriftFormat::text;
}

Question question_of(const ParsedWords& words) { return words.has("--yes") ? Question::answered_yes : Question::ask; }

std::optional<std::string> from_and_sim(const std::string& from, const SimArguments& sim) {
  if (from.empty() || sim.file.empty()) return {};
  return "--from plans from a snapshot and --sim looks at a world: give one of them";
}

Parsed parse_plan(const ParsedWords& words, SimArguments sim) {
  PlanArguments options{.spec = words.positional(0),
                        .sim = std::move(sim),
                        .format = plan_format_of(words),
                        .detailed_exit_code = words.has("--detailed-exitcode"),
                        .from = words.value("--from"),
                        .output = words.value("--output")};
  if (auto why = from_and_sim(options.from, options.sim)) return tl::unexpected(*why);
  return options;
}

Parsed parse_explain(const ParsedWords& words, SimArguments sim) {
  ExplainArguments options{.spec = words.positional(0),
                           .subject = words.positional(1),
                           .sim = std::move(sim),
                           .from = words.value("--from")};
  if (auto why = from_and_sim(options.from, options.sim)) return tl::unexpected(*why);
  return options;
}

/// "a,b" -> a and b; the empty ones left out.
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) names.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

Parsed parse_apply(const ParsedWords& words, SimArguments sim) {
  const auto max_rounds = count_of(words, "--max-rounds");
  if (!max_rounds) return tl::unexpected(max_rounds.error());
  const auto parallel = count_of(words, "--parallel");
  if (!parallel) return tl::unexpected(parallel.error());
  return ApplyArguments{.spec = words.positional(0),
                        .sim = std::move(sim),
                        .question = question_of(words),
                        .max_rounds = *max_rounds,
                        .parallel = *parallel,
                        .replace = names_in(words.value("--replace")),
                        .events = words.value("--events")};
}

/// `worker=3`, as many as there are.
Parsed parse_scale(const ParsedWords& words) {
  constexpr int most_nodes = 10000;
  ScaleArguments options{.spec = words.positional(0), .counts = {}};
  for (auto word = words.positionals.begin() + 1; word != words.positionals.end(); ++word) {
    const std::size_t equals = word->find('=');
    const std::string pool = word->substr(0, equals);
    if (equals == std::string::npos || pool.empty() || pool.front() == '-') {
      return tl::unexpected(fmt::format("{} is no POOL=N: write it like worker=3", in_quotes(*word)));
    }
    const auto count = parse_number<int>(pool + "=", word->substr(equals + 1), 0);
    if (!count) return tl::unexpected(count.error());
    if (*count > most_nodes) {
      return tl::unexpected(
          fmt::format("{} is more than the {} nodes that a pool may have", in_quotes(*word), most_nodes));
    }
    if (!options.counts.emplace(pool, *count).second) {
      return tl::unexpected(fmt::format("pool {} is given twice", in_quotes(pool)));
    }
  }
  return options;
}

Parsed parse_simulate(const ParsedWords& words, SimArguments sim) {
  const auto runs = count_of(words, "--runs");
  if (!runs) return tl::unexpected(runs.error());
  SimulateArguments options{.spec = words.positional(0), .sim = std::move(sim), .kill = words.has("--kill")};
  options.runs = runs->value_or(options.runs);
  if (words.has("--seed")) {
    const auto seed = parse_number<std::uint64_t>("--seed", words.value("--seed"), 0);
    if (!seed) return tl::unexpected(seed.error());
    options.seed = *seed;
  }
  if (words.has("--faults")) {
    const auto rate = parse_number<double>("--faults", words.value("--faults"), 0);
    if (!rate || *rate > 1) {
      return tl::unexpected(
          fmt::format("--faults {} is not a rate between 0 and 1", in_quotes(words.value("--faults"))));
    }
    options.faults = *rate;
  }
  return options;
}

/// Commands that look at a cluster.
Parsed parse_looking(std::string_view name, const ParsedWords& words) {
  auto sim = parse_sim(words);
  if (!sim) return tl::unexpected(sim.error());
  const std::string spec = words.positional(0);
  if (name == "plan") return parse_plan(words, std::move(*sim));
  if (name == "explain") return parse_explain(words, std::move(*sim));
  if (name == "apply") return parse_apply(words, std::move(*sim));
  if (name == "simulate") return parse_simulate(words, std::move(*sim));
  if (name == "drift") return DriftArguments{.spec = spec, .sim = std::move(*sim), .format = drift_format_of(words)};
  if (name == "status") return StatusArguments{.spec = spec, .sim = std::move(*sim)};
  if (name == "observe") {
    return ObserveArguments{.spec = spec, .sim = std::move(*sim), .output = words.value("--output")};
  }
  return DestroyArguments{
      .spec = spec, .sim = std::move(*sim), .question = question_of(words), .events = words.value("--events")};
}

Parsed to_options(const CommandInfo& command, const ParsedWords& words) {
  if (words.wants_help) return HelpArguments{std::string(command.name)};
  if (command.name == "init") return InitArguments{.name = words.positional(0), .example = words.value("--example")};
  if (command.name == "validate") return ValidateArguments{words.positional(0)};
  if (command.name == "schema") return SchemaArguments{words.positional(0)};
  if (command.name == "completion") return CompletionArguments{words.positional(0)};
  if (command.name == "scale") return parse_scale(words);
  if (command.name == "remove") {
    return RemoveArguments{.spec = words.positional(0), .node = words.positional(1), .question = question_of(words)};
  }
  if (command.name == "world") {
    return WorldArguments{.file = words.positional(0),
                          .verb = {words.positionals.begin() + 1, words.positionals.end()}};
  }
  return parse_looking(command.name, words);
}

std::string unknown_command(const std::string& word) {
  if (const std::string_view message = not_there_yet(word, ""); !message.empty()) return std::string(message);
  if (word.size() > 1 && word.front() == '-') {
    return fmt::format("option {} stands before the command; options come after it", in_quotes(word));
  }
  std::vector<std::string> known{"help"};
  for (const CommandInfo& command : all_commands()) known.emplace_back(command.name);
  return fmt::format("unknown command {}{}", in_quotes(word), did_you_mean(word, known));
}

}  // namespace

tl::expected<Arguments, UsageError> parse_arguments(const std::vector<std::string>& words) {
  if (words.empty()) return tl::unexpected(UsageError{"a command is missing", ""});
  const std::string& first = words.front();
  if (first == "--version" || first == "-V") return VersionArguments{};
  if (first == "--help" || first == "-h") return HelpArguments{};
  if (first == "help") {
    if (words.size() == 1) return HelpArguments{};
    if (find_command(words[1]) != nullptr) return HelpArguments{words[1]};
    return tl::unexpected(UsageError{unknown_command(words[1]), ""});
  }
  const CommandInfo* command = find_command(first);
  if (command == nullptr) return tl::unexpected(UsageError{unknown_command(first), ""});
  const auto parsed = parse_words(*command, {words.begin() + 1, words.end()});
  if (!parsed) return tl::unexpected(UsageError{parsed.error(), first});
  auto options = to_options(*command, *parsed);
  if (!options) return tl::unexpected(UsageError{options.error(), first});
  return std::move(*options);
}

}  // namespace tbx
