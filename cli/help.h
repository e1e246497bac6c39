// Help pages, made from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_table.h"

namespace tbx {

/// The list of commands.
std::string overview_page();

/// The first clause of a command's purpose.
std::string_view summary_of(const CommandInfo& command);

/// One command: purpose, usage, options, `verbs` where it has some, examples, exit codes.
std::string help_page(const CommandInfo& command, std::string_view verbs = {});

}  // namespace tbx
