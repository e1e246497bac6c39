// What talosctl makes without any machine: secrets, machine configs, a talosconfig.
#pragma once

#include <filesystem>
#include <string>

#include "providers/command_output.h"
#include "tests/support/fake_talos_call.h"

namespace tbx::test {

/// Everything of talosctl that speaks to no machine. The secrets are those of tests/recorded, and so are the configs
/// but for what the flags and patches say. `certificates`: made so far; each talosconfig has another.
CommandOutput answer_offline(const FakeTalosCall& call, const std::string& client_version, int& certificates);

/// The text of a talosconfig that opens what the recorded secrets made.
std::string fake_talosconfig(const std::string& cluster, int certificate);

/// Empty when there is none.
std::string fake_file_text(const std::filesystem::path& path);

}  // namespace tbx::test
