// The only file that includes CLI11: it splits the words, and the messages are ours.
#include "cli/parse_words.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "specs/did_you_mean.h"
#include "specs/problem.h"

namespace tbx {
namespace {

using Failure = std::optional<std::string>;

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

std::string names_of(const OptionInfo& option) {
  return option.short_name.empty() ? std::string(option.name) : fmt::format("{},{}", option.short_name, option.name);
}

const OptionInfo* find_option(const CommandInfo& command, std::string_view name) {
  const auto found = std::find_if(command.options.begin(), command.options.end(), [&](const OptionInfo& option) {
    return option.name == name || (!option.short_name.empty() && option.short_name == name);
  });
  return found == command.options.end() ? nullptr : &*found;
}

/// "--sim: 1 required FILE missing" -> what we say about it.
std::string missing_value(const CommandInfo& command, std::string_view what) {
  const std::string_view name = what.substr(0, what.find(':'));
  const OptionInfo* option = find_option(command, name);
  if (option == nullptr) return std::string(what);
  if (option->value.empty()) return fmt::format("{} takes no value", option->name);
  return fmt::format("{} needs a value: {} {}", option->name, option->name, option->value);
}

std::string unknown_option(const CommandInfo& command, std::string_view word) {
  const std::string name(word.substr(0, word.find('=')));
  const std::string_view long_name = name == "-o" || name == "--out" ? "--output" : std::string_view(name);
  if (const std::string_view message = not_there_yet(command.name, long_name); !message.empty()) {
    return std::string(message);
  }
  std::vector<std::string> known{"--help"};
  for (const OptionInfo& option : command.options) known.emplace_back(option.name);
  return fmt::format("unknown option {}{}", in_quotes(name), did_you_mean(name, known));
}

Failure judge_choice(const CommandInfo& command, std::string_view name, const std::vector<std::string_view>& choices,
                     const std::string& value) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  if (const auto message = not_there_yet(command.name, fmt::format("{} {}", name, value)); !message.empty()) {
    return std::string(message);
  }
  const std::vector<std::string> known(choices.begin(), choices.end());
  const std::string guess = did_you_mean(value, known);
  if (!guess.empty()) return fmt::format("{} {} is unknown{}", name, in_quotes(value), guess);
  return fmt::format("{} {} is unknown; it is one of {}", name, in_quotes(value), fmt::join(known, ", "));
}

Failure judge_positionals(const CommandInfo& command, const ParsedWords& parsed) {
  for (std::size_t index = 0; index < command.positionals.size(); ++index) {
    const PositionalInfo& positional = command.positionals[index];
    if (index < parsed.positionals.size()) {
      if (auto problem = judge_choice(command, positional.name, positional.choices, parsed.positionals[index])) {
        return problem;
      }
    } else if (positional.is_required) {
      return fmt::format("{} is missing: {}", positional.name, positional.help);
    }
  }
  return {};
}

/// Moves what was read into `parsed`.
Failure collect_options(const CommandInfo& command, const CLI::App& app, ParsedWords& parsed) {
  for (const OptionInfo& info : command.options) {
    const CLI::Option* option = app.get_option(std::string(info.name));
    if (option->count() == 0) continue;
    if (info.value.empty()) {
      parsed.options[std::string(info.name)] = "";
      continue;
    }
    if (option->count() > 1) return fmt::format("{} is given more than once", info.name);
    const std::string value = option->as<std::vector<std::string>>().front();
    // CLI11 takes the next option for a value where none is given.
    if (value.empty() || value.starts_with("--"))
      return fmt::format("{} needs a value: {} {}", info.name, info.name, info.value);
    if (auto problem = judge_choice(command, info.name, info.choices, value)) return problem;
    parsed.options[std::string(info.name)] = value;
  }
  return {};
}

bool takes_rest(const CommandInfo& command) {
  return !command.positionals.empty() && command.positionals.back().takes_rest;
}

void declare(const CommandInfo& command, CLI::App& app) {
  app.set_help_flag();
  app.allow_extras();
  app.add_flag("-h,--help");
  for (const OptionInfo& option : command.options) {
    if (option.value.empty()) {
      app.add_flag(names_of(option));
    } else {
      app.add_option(names_of(option))->type_size(1)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
}

Failure judge_switches(const CommandInfo& command, const std::vector<std::string>& words) {
  for (const OptionInfo& option : command.options) {
    const std::string with_value = fmt::format("{}=", option.name);
    const auto starts = [&](const std::string& word) { return word.starts_with(with_value); };
    if (option.value.empty() && std::any_of(words.begin(), words.end(), starts)) {
      return fmt::format("{} takes no value", option.name);
    }
  }
  return {};
}

Failure read_words(const CommandInfo& command, const std::vector<std::string>& words, CLI::App& app) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    return missing_value(command, error.what());
  } catch (const CLI::ParseError& error) {
    return std::string(error.what());
  }
  return {};
}

/// Takes what is no option whatever it looks like: all after `--`, and what follows the first positional of a command
/// that takes the rest.
std::vector<std::string> cut_rest(const CommandInfo& command, std::vector<std::string>& words) {
  auto end = std::find(words.begin(), words.end(), "--");
  auto rest = end == words.end() ? end : end + 1;
  if (takes_rest(command)) {
    const auto first = std::find_if(words.begin(), end, [](const std::string& word) { return !is_option(word); });
    if (first != end) end = rest = first + 1;
  }
  std::vector<std::string> taken(rest, words.end());
  words.erase(end, words.end());
  return taken;
}

/// What is neither an option nor the value of one: positionals, then what is too much.
Failure sort_extras(const CommandInfo& command, std::vector<std::string> extras, const std::vector<std::string>& rest,
                    ParsedWords& parsed) {
  const auto option = std::find_if(extras.begin(), extras.end(), is_option);
  if (option != extras.end()) return unknown_option(command, *option);
  extras.insert(extras.end(), rest.begin(), rest.end());
  if (!takes_rest(command) && extras.size() > command.positionals.size()) {
    return fmt::format("{} is one argument too many", in_quotes(extras[command.positionals.size()]));
  }
  parsed.positionals = std::move(extras);
  return judge_positionals(command, parsed);
}

}  // namespace

std::string ParsedWords::value(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::string() : found->second;
}

std::string ParsedWords::positional(std::size_t index) const {
  return index < positionals.size() ? positionals[index] : std::string();
}

tl::expected<ParsedWords, std::string> parse_words(const CommandInfo& command, const std::vector<std::string>& words) {
  ParsedWords parsed;
  const auto is_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
  parsed.wants_help = std::any_of(words.begin(), words.end(), is_help);
  if (parsed.wants_help) return parsed;

  std::vector<std::string> own = words;
  const std::vector<std::string> rest = cut_rest(command, own);
  CLI::App app;
  declare(command, app);
  if (auto problem = judge_switches(command, own)) return tl::unexpected(*problem);
  if (auto problem = read_words(command, own, app)) return tl::unexpected(*problem);
  if (auto problem = collect_options(command, app, parsed)) return tl::unexpected(*problem);
  if (auto problem = sort_extras(command, app.remaining(), rest, parsed)) return tl::unexpected(*problem);
  return parsed;
}

}  // namespace tbx
