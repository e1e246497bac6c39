// Sentences on stderr: errors, warnings, notes; and questions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "engine/error.h"

namespace tbx {

/// Each writes one line to stderr; the first two start with "error: " and "warning: ".
void say_error(const Streams& streams, std::string_view message);
void say_warning(const Streams& streams, std::string_view message);
void say(const Streams& streams, std::string_view message);

/// Message, and below it what the tool printed.
void say_error(const Streams& streams, const Error& error);

/// Whether somebody is there to be asked.
bool can_ask(const Streams& streams);

/// Shows `question` and reads a line, without blanks around it. Empty: the input ended.
std::optional<std::string> ask(const Streams& streams, std::string_view question);

}  // namespace tbx
