#include "tests/support/traced_scripts.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "providers/hyperv/host_scripts.h"
#include "providers/hyperv/mark_text.h"
#include "specs/embedded.h"
#include "specs/quantity.h"

namespace tbx::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

using NumberedLine = std::pair<int, std::string>;

constexpr std::string_view script_sign = "@SCRIPT ";

/// By script. A trace shows a line as "DEBUG:   12+ if ( >>>> $x) {"; those of the host's own modules are among them.
std::map<std::string, std::set<NumberedLine>> traced_lines(const fs::path& file) {
  std::map<std::string, std::set<NumberedLine>> lines;
  std::ifstream stream(file);
  const std::string sign = " >>>> ", start = "DEBUG:";
  std::string script;
  for (std::string line; std::getline(stream, line);) {
    while (line.ends_with('\r')) line.pop_back();
    if (line.starts_with(script_sign)) script = line.substr(script_sign.size());
    const std::size_t plus = line.find("+ "), place = line.find(sign);
    if (!line.starts_with(start) || plus == std::string::npos || place == std::string::npos) continue;
    const int number = std::stoi(line.substr(start.size(), plus - start.size()));
    line.erase(place, sign.size());
    lines[script].emplace(number, line.substr(plus + 2));
  }
  return lines;
}

}  // namespace

std::string mark_of(const std::string& cluster_id, const std::string& node) {
  Mark mark;
  mark.cluster = "lab";
  mark.cluster_id = cluster_id;
  mark.node = node;
  return mark_text(mark);
}

void TracedScripts::SetUp() {
  if (powershell_engine().empty()) GTEST_SKIP() << no_powershell_engine;
  host_.emplace("host");
  trace_ = host_->keep_output();
  shell_.emplace();
  put("C/iso/v1-amd64.iso", "an image");
  put("C/iso/v2-amd64.iso", "an image");
}

void TracedScripts::put(const std::string& file, const std::string& text) const {
  const fs::path path = host_->drive().parent_path() / file;
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

bool TracedScripts::is_there(const std::string& file) const { return fs::exists(host_->drive().parent_path() / file); }

json TracedScripts::run(const std::string& script, json arguments) {
  const auto answer = shell_->ask({.script = script, .arguments = std::move(arguments)});
  if (answer) return *answer;
  return {{"thrown", answer.error().failure ? answer.error().failure->message : answer.error().error.message}};
}

void TracedScripts::control(const std::vector<std::string>& words) {
  const std::string file = std::string(TBX_SOURCE_DIR) + "/tests/hyperv_host/control.ps1";
  const json answer =
      run("$words = @($args[0].words); @{out = @(& $args[0].file @words)}", {{"file", file}, {"words", words}});
  EXPECT_FALSE(answer.contains("thrown")) << answer;
}

json TracedScripts::ask(const std::string& script, const json& changed) {
  json arguments{{"root", "C:\\vm"},
                 {"cluster", "lab"},
                 {"clusterId", "c1"},
                 {"node", "n1"},
                 {"isoFolder", "C:\\iso"},
                 {"image", "v1-amd64"},
                 {"cpus", 2},
                 {"memoryBytes", gibibyte},
                 {"sizeBytes", 10 * gibibyte},
                 {"mark", mark_of("c1")},
                 {"mac", "020000000A01"},
                 {"switchName", "Default Switch"},
                 {"machineId", machine_id_},
                 {"path", "C:\\vm\\tbx\\lab\\n1\\n1.vhdx"}};
  if (script == "observe") arguments.erase("node");
  if (changed.is_object()) arguments.update(changed);
  run("[Console]::Out.WriteLine($args[0]); Set-PSDebug -Trace 1", std::string(script_sign) + script);
  json answer = run(host_script(script), arguments);
  run("Set-PSDebug -Off");
  return answer;
}

std::string TracedScripts::say(const std::string& script, const json& changed) {
  const json answer = ask(script, changed);
  for (const char* word : {"action", "state", "thrown"}) {
    if (answer.contains(word)) return answer.at(word);
  }
  return answer.dump();
}

void TracedScripts::expect_thrown(const std::string& part, const std::string& script, const json& changed) {
  EXPECT_TRUE(contains(ask(script, changed).value("thrown", "(nothing)"), part));
}

std::set<std::string> TracedScripts::all_scripts_but(const std::string& one) {
  std::set<std::string> names;
  // What the resident PowerShell runs is not traced by itself.
  for (const EmbeddedFile& file : embedded_scripts()) {
    if (file.name != "bootstrap" && file.name != one) names.insert(std::string(file.name));
  }
  return names;
}

std::size_t TracedScripts::expect_executed(double percent, const std::set<std::string>& scripts) {
  auto traced = traced_lines(trace_);
  const int common_lines = static_cast<int>(lines_of(std::string(embedded_script("common"))).size());
  std::map<std::string, bool> executed;  // by "common.ps1:12"
  for (const EmbeddedFile& file : embedded_scripts()) {
    if (file.name == "bootstrap" || file.name == "common") continue;
    const std::string& whole = host_script(file.name);
    const std::vector<std::string> lines = lines_of(whole);
    const json statements = run(read(std::string(TBX_SOURCE_DIR) + "/tests/hyperv_host/statements.ps1"), whole);
    for (const int number : statements.at("lines")) {
      const std::string& text = lines.at(static_cast<std::size_t>(number) - 1);
      const bool is_common = number <= common_lines;
      if (!scripts.contains(is_common ? "common" : std::string(file.name))) continue;
      executed[fmt::format("{}.ps1:{}: {}", is_common ? "common" : file.name,
                           is_common ? number : number - common_lines - 1, text)] |=
          traced[std::string(file.name)].contains({number, text});
    }
  }
  std::string missing;
  for (const auto& [place, was_executed] : executed) {
    missing += was_executed ? "" : place + "\n";
    EXPECT_TRUE(was_executed || place.find("throw ") == std::string::npos) << "a refusal that no test meets: " << place;
  }
  const auto count = std::ranges::count(executed, true, [](const auto& each) { return each.second; });
  const double reached = 100.0 * static_cast<double>(count) / static_cast<double>(executed.size());
  fmt::print("{:.1f} % of the {} lines of the scripts were executed, not:\n{}", reached, executed.size(), missing);
  EXPECT_GE(reached, percent);
  return executed.size();
}

}  // namespace tbx::test
