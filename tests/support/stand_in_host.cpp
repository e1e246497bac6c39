#include "tests/support/stand_in_host.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/base64.h"
#include "providers/hyperv/powershell_envelope.h"
#include "providers/local_tools.h"

namespace tbx::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

fs::path powershell_engine() {
  // Asked once: later the variable names a stand-in's own.
  static const fs::path engine = [] {
    if (const char* named = std::getenv("TBX_POWERSHELL")) return fs::path(named);
    const fs::path beside = fs::path(TBX_SOURCE_DIR) / ".." / "shared" / "tools" / "posh" / "posh";
    return fs::exists(beside) ? fs::canonical(beside) : fs::path();
  }();
  return engine;
}

/// What a real host adds: noise before the answers, CLIXML, Windows' line ends. What it is asked goes through watch.sh.
fs::path StandInHost::program_in(const fs::path& folder) {
  fs::create_directories(folder / "drives" / "C" / "iso");
  fs::create_directories(folder / "tmp");
  const fs::path program = folder / "powershell";
  std::ofstream(program) << fmt::format(
      "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >>'{0}/command_lines.log'\necho $$ >'{0}/process'\n"
      "export POSH_MODULES='{1}/tests/hyperv_host' POSH_DRIVES='{0}/drives' TBX_HOST_STATE='{0}/host.json'\n"
      // It lives for seconds only: no use in measuring what to compile better.
      "export POSH_NOISE=1 POSH_CLIXML=auto POSH_CRLF=1 DOTNET_TieredPGO=0\n"
      "export DOTNET_EnableDiagnostics=0 TMPDIR='{0}/tmp'\n"
      "if [ -f '{0}/environment' ]; then . '{0}/environment'; fi\n"
      "if [ -f '{0}/output.log' ]; then exec > >(exec tee -a '{0}/output.log'); unset POSH_CLIXML; fi\n"
      "exec 3<&0\n"
      "exec '{2}' \"$@\" < <(exec '{1}/tests/hyperv_host/watch.sh' '{0}' $PPID <&3 3<&- 2>/dev/null) 3<&-\n",
      folder.string(), TBX_SOURCE_DIR, powershell_engine().string());
  fs::permissions(program, fs::perms::owner_all);
  return program;
}

std::string StandInHost::own_loopback_address() {
  const int process = ::getpid();
  return fmt::format("127.{}.{}.1", 1 + process / 250 % 250, process % 250);
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

std::vector<std::string> StandInHost::command_lines() const {
  std::vector<std::string> lines = lines_of(folder_ / "command_lines.log");
  std::erase_if(lines, [](const std::string& line) { return line.find("/tests/hyperv_host/") != std::string::npos; });
  return lines;
}

std::vector<StandInHost::Request> StandInHost::requests() const {
  std::vector<Request> requests;
  for (const std::string& line : lines_of(folder_ / "requests.log")) {
    const auto request = nlohmann::json::parse(from_base64(line).value_or(""), nullptr, false);
    EXPECT_TRUE(request.is_object()) << "a request that is none: " << line;
    const std::string script = request.value("script", "");
    if (script != empty_script) requests.push_back({script, request.value("args", nlohmann::json())});
  }
  return requests;
}

void StandInHost::forget_requests() const {
  fs::remove(folder_ / "requests.log");
  fs::remove(folder_ / "command_lines.log");
}

void StandInHost::kill_asker_after(int lines) const { std::ofstream(folder_ / "kill_after") << lines; }

void StandInHost::await_rest() const {
  const std::vector<std::string> process = lines_of(folder_ / "process");
  if (process.empty()) return;
  const fs::path status = fs::path("/proc") / process.front() / "stat";
  const auto lives = [&] {
    const std::vector<std::string> lines = lines_of(status);
    return !lines.empty() && lines.front().find(") Z ") == std::string::npos;
  };
  for (int patience = 1000; patience > 0 && lives(); --patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(lives()) << "PowerShell goes on without end";
}

void StandInHost::set_environment(const std::vector<std::string>& assignments) const {
  std::ofstream file(folder_ / "environment");
  for (const std::string& assignment : assignments) file << "export '" << assignment << "'\n";
}

fs::path StandInHost::keep_output() const {
  const fs::path file = folder_ / "output.log";
  std::ofstream(file, std::ios::app).flush();
  return file;
}

void StandInHost::reset() const {
  fs::remove(folder_ / "host.json");
  for (const auto& entry : fs::directory_iterator(drive())) {
    if (entry.path().filename() != "iso") fs::remove_all(entry.path());
  }
}

}  // namespace tbx::test
