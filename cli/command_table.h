// Every command that works, with what it takes: the one source of the parser, the help pages and the completions.
#pragma once

#include <string_view>
#include <vector>

#include "engine/exit_code.h"

namespace tbx {

/// What a shell may complete a value with.
enum class ValueKind { text, number, file, choice };

struct OptionInfo {
  std::string_view name;        ///< "--format"
  std::string_view short_name;  ///< "-o"; may be empty
  std::string_view value;       ///< "FILE", as help shows it; empty for a switch
  ValueKind kind = ValueKind::text;
  std::string_view help;
  std::vector<std::string_view> choices = {};
};

struct PositionalInfo {
  std::string_view name;  ///< "SPEC"
  ValueKind kind = ValueKind::file;
  bool is_required = true;
  bool takes_rest = false;  ///< everything that follows, options too
  std::string_view help;
  std::vector<std::string_view> choices = {};
};

struct ExampleInfo {
  std::string_view command;
  std::string_view what;
};

struct ExitInfo {
  ExitCode code;
  std::string_view when;
};

struct CommandInfo {
  std::string_view name;
  std::string_view group;    ///< heading in the list of commands
  std::string_view purpose;  ///< a sentence
  std::vector<PositionalInfo> positionals;
  std::vector<OptionInfo> options;
  std::vector<ExampleInfo> examples;
  std::vector<ExitInfo> exits;
};

/// In the order in which help lists them.
const std::vector<CommandInfo>& all_commands();

/// Null for an unknown name.
const CommandInfo* find_command(std::string_view name);

/// What the contract promises and nothing stands behind yet: why, and what to do meanwhile. Empty for anything else.
/// Pre: `option` is empty for a whole command, or "--format dot" for one value of an option.
std::string_view not_there_yet(std::string_view command, std::string_view option);

}  // namespace tbx
