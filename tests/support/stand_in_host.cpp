#include "tests/support/stand_in_host.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/local_tools.h"

namespace tbx::test {

namespace fs = std::filesystem;

fs::path powershell_engine() {
  // Asked once: later the variable names a stand-in's own.
  static const fs::path engine = [] {
    if (const char* named = std::getenv("TBX_POWERSHELL")) return fs::path(named);
    const fs::path beside = fs::path(TBX_SOURCE_DIR) / ".." / "shared" / "tools" / "posh" / "posh";
    return fs::exists(beside) ? fs::canonical(beside) : fs::path();
  }();
  return engine;
}

/// What a real host adds: noise before the answers, CLIXML, Windows' line ends.
fs::path StandInHost::program_in(const fs::path& folder) {
  fs::create_directories(folder / "drives" / "C" / "iso");
  const fs::path program = folder / "powershell";
  std::ofstream(program) << fmt::format(
      "#!/bin/sh\necho started >>'{0}/processes.log'\n"
      "export POSH_MODULES='{1}/tests/hyperv_host' POSH_DRIVES='{0}/drives' TBX_HOST_STATE='{0}/host.json'\n"
      "export POSH_NOISE=1 POSH_CLIXML=auto POSH_CRLF=1\nexec '{2}' \"$@\"\n",
      folder.string(), TBX_SOURCE_DIR, powershell_engine().string());
  fs::permissions(program, fs::perms::owner_all);
  return program;
}

StandInHost::StandInHost(const fs::path& folder)
    : folder_(fs::absolute(folder)),
      powershell_("TBX_POWERSHELL", program_in(folder_).string()),
      control_("TBX_HOST_CONTROL", (folder_ / "powershell").string()) {}

std::string StandInHost::run(const std::string& script, const std::vector<std::string>& words,
                             double deadline_seconds) const {
  std::vector<std::string> arguments{"-NoProfile", "-NonInteractive", "-File",
                                     std::string(TBX_SOURCE_DIR) + "/tests/hyperv_host/" + script};
  arguments.insert(arguments.end(), words.begin(), words.end());
  const auto output =
      LocalTools().run({.tool = "host-control", .arguments = arguments, .deadline_seconds = deadline_seconds});
  EXPECT_TRUE(output && output->exit_code == 0) << (output ? output->out + output->err : output.error().message);
  return output ? output->out : "";
}

std::string StandInHost::control(const std::vector<std::string>& words) const { return run("control.ps1", words, 30); }

std::string StandInHost::selfcheck() const { return run("selfcheck.ps1", {}, 120); }

std::size_t StandInHost::processes() const {
  std::ifstream log(folder_ / "processes.log");
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(log), {}, '\n'));
}

}  // namespace tbx::test
