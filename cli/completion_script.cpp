// Writes one script for each shell. They ask nothing of tbx while completing.
#include "cli/completion_script.h"

#include <fmt/format.h>

#include "cli/command_table.h"
#include "cli/help.h"

namespace tbx {
namespace {

std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + "'";
}

std::string powershell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? std::string("''") : std::string(1, letter);
  return result + "'";
}

std::string command_names() {
  std::string names = "help";
  for (const CommandInfo& command : all_commands()) names += fmt::format(" {}", command.name);
  return names;
}

std::string option_names(const CommandInfo& command) {
  std::string names = "--help";
  for (const OptionInfo& option : command.options) names += fmt::format(" {}", option.name);
  return names;
}

std::string names_with_pipe(const OptionInfo& option) {
  return option.short_name.empty() ? std::string(option.name) : fmt::format("{}|{}", option.short_name, option.name);
}

/// What the positionals of a command may be; the first one decides.
std::string positional_words(const CommandInfo& command) {
  if (command.positionals.empty()) return {};
  return fmt::format("{}", fmt::join(command.positionals.front().choices, " "));
}

bool positional_is_file(const CommandInfo& command) {
  return !command.positionals.empty() && command.positionals.front().kind == ValueKind::file;
}

/// The branches that give the words after an option which takes a value.
std::string bash_value_cases(const CommandInfo& command) {
  std::string cases;
  for (const OptionInfo& option : command.options) {
    if (option.value.empty()) continue;
    std::string_view action = ":";
    std::string words;
    if (!option.choices.empty()) words = fmt::format("words='{}'", fmt::join(option.choices, " "));
    if (option.kind == ValueKind::file) action = "files=yes";
    cases += fmt::format("        {}) {}; value=yes ;;\n", names_with_pipe(option), words.empty() ? action : words);
  }
  return cases;
}

/// One case per command, which sets words, files and value; bash and zsh share it.
std::string shared_cases() {
  std::string cases;
  for (const CommandInfo& command : all_commands()) {
    cases += fmt::format("    {})\n      case \"$previous\" in\n{}        *) ;;\n      esac\n", command.name,
                         bash_value_cases(command));
    cases +=
        fmt::format("      if [ -z \"$value\" ]; then\n        case \"$current\" in\n          -*) words='{}' ;;\n",
                    option_names(command));
    cases += fmt::format("          *) words='{}'; {} ;;\n        esac\n      fi ;;\n", positional_words(command),
                         positional_is_file(command) ? "files=yes" : ":");
  }
  return cases;
}

std::string shared_function() {
  return fmt::format(
      "_tbx_candidates() {{\n"
      "  # sets words and files for: command, word before the cursor's, the cursor's word\n"
      "  local command=\"$1\" previous=\"$2\" current=\"$3\" value=\n"
      "  words= files=\n"
      "  case \"$command\" in\n"
      "    '') words='{} --help --version' ;;\n"
      "    help) words='{}' ;;\n"
      "{}"
      "  esac\n"
      "}}\n",
      command_names(), command_names(), shared_cases());
}

}  // namespace

std::string bash_completion() {
  return "# bash completion of tbx\n" + shared_function() +
         "_tbx() {\n"
         "  local words files current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" command=\n"
         "  if [ \"$COMP_CWORD\" -gt 1 ]; then command=\"${COMP_WORDS[1]}\"; fi\n"
         "  _tbx_candidates \"$command\" \"$previous\" \"$current\"\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  if [ -n \"$files\" ]; then\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    COMPREPLY+=($(compgen -f -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -F _tbx tbx\n";
}

std::string zsh_completion() {
  return "#compdef tbx\n# zsh completion of tbx\n" + shared_function() +
         "_tbx() {\n"
         "  local words_of_line=(\"${words[@]}\") position=$CURRENT command= words files\n"
         "  if (( position > 2 )); then command=\"${words_of_line[2]}\"; fi\n"
         "  _tbx_candidates \"$command\" \"${words_of_line[position-1]}\" \"${words_of_line[position]}\"\n"
         "  if [[ -n \"$words\" ]]; then compadd -- ${=words}; fi\n"
         "  if [[ -n \"$files\" ]]; then _files; fi\n"
         "}\n"
         "# read by an autoload of the file _tbx, or sourced\n"
         "if [[ \"${funcstack[1]}\" == _tbx ]]; then _tbx \"$@\"; else compdef _tbx tbx; fi\n";
}

std::string fish_completion() {
  std::string script = "# fish completion of tbx\ncomplete -c tbx -f\n";
  for (const CommandInfo& command : all_commands()) {
    script += fmt::format("complete -c tbx -n __fish_use_subcommand -a {} -d {}\n", command.name,
                          fish_quoted(summary_of(command)));
    const std::string condition = fmt::format("complete -c tbx -n '__fish_seen_subcommand_from {}'", command.name);
    if (positional_is_file(command)) script += fmt::format("{} -F\n", condition);
    if (!positional_words(command).empty()) {
      script += fmt::format("{} -a {}\n", condition, fish_quoted(positional_words(command)));
    }
    for (const OptionInfo& option : command.options) {
      std::string line = fmt::format("{} -l {}", condition, option.name.substr(2));
      if (!option.short_name.empty()) line += fmt::format(" -s {}", option.short_name.substr(1));
      if (!option.value.empty()) line += option.kind == ValueKind::file ? " -r -F" : " -x";
      if (!option.choices.empty()) line += fmt::format(" -a '{}'", fmt::join(option.choices, " "));
      script += fmt::format("{} -d {}\n", line, fish_quoted(option.help));
    }
  }
  return script;
}

std::string powershell_completion() {
  std::string table;
  for (const CommandInfo& command : all_commands()) {
    table += fmt::format("  {} = {}\n", powershell_quoted(command.name),
                         powershell_quoted(fmt::format("{} {}", option_names(command), positional_words(command))));
  }
  return fmt::format(
      "# PowerShell completion of tbx\n"
      "$tbxWords = @{{\n{}}}\n"
      "Register-ArgumentCompleter -Native -CommandName tbx -ScriptBlock {{\n"
      "  param($wordToComplete, $commandAst, $cursorPosition)\n"
      "  $elements = @($commandAst.CommandElements | ForEach-Object {{ $_.ToString() }})\n"
      "  $atCommand = $elements.Count -lt 2 -or ($elements.Count -eq 2 -and $wordToComplete -ne '')\n"
      "  $words = if ($atCommand) {{ '{}' }} else {{ $tbxWords[$elements[1]] }}\n"
      "  \"$words\".Split(' ') | Where-Object {{ $_ -and $_ -like \"$wordToComplete*\" }} |\n"
      "    ForEach-Object {{ [System.Management.Automation.CompletionResult]::new($_) }}\n"
      "}}\n",
      table, command_names());
}

}  // namespace tbx
