// The words after a command's name, sorted into options and positionals as its entry of the table says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "cli/command_table.h"

namespace tbx {

struct ParsedWords {
  std::map<std::string, std::string, std::less<>> options;  ///< by long name; a switch has an empty value
  std::vector<std::string> positionals;
  bool wants_help = false;

  bool has(std::string_view option) const { return options.contains(option); }
  /// Empty where it was not given.
  std::string value(std::string_view option) const;
  std::string positional(std::size_t index) const;
};

/// Or what is wrong with them. Missing positionals are no error where help is wanted.
tl::expected<ParsedWords, std::string> parse_words(const CommandInfo& command, const std::vector<std::string>& words);

}  // namespace tbx
