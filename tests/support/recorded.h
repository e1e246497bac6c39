// The recorded output of real tools, for the tests of the parsers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/command_output.h"

namespace tbx {

/// A file below tests/recorded. Throws when it is not there.
std::string recorded(std::string_view file);

/// NAME.out and NAME.err, of which an empty stream has no file. Exit codes stand in the recordings' README.
CommandOutput recorded_output(std::string_view name, int exit_code);

/// All files below a folder of tests/recorded that end so, sorted; relative to tests/recorded.
std::vector<std::string> recorded_files(std::string_view folder, std::string_view ending);

/// The folder that every recording of talosctl lies in.
inline constexpr std::string_view talosctl = "talosctl-1.12.6/";
std::string talosctl_output(std::string_view file);
CommandOutput talosctl_call(std::string_view name, int exit_code);

}  // namespace tbx
