#include "tests/support/fake_powershell.h"

#include <fstream>

#include "providers/hyperv/powershell_envelope.h"

namespace tbx::test {

namespace {

constexpr const char* program_begin = R"(#!/usr/bin/env python3
import base64, json, os, signal, sys, time
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "log"), "a+") as log:
    log.write(" ".join(sys.argv[1:]) + "\n")
    log.seek(0)
    starts = len(log.readlines())
def line(n, result):
    text = json.dumps({"n": n, "ok": True, "result": result})
    return b"@TBX1 " + base64.b64encode(text.encode()) + b"\n"
def say(text, stream=sys.stdout):
    stream.buffer.write(text)
    stream.flush()
)";

constexpr const char* program_loop = R"(
for text in sys.stdin:
    request = json.loads(base64.b64decode(text))
    n = request["n"]
    def answer(result):
        say(b"\n" + line(n, result))
    if request["script"] == empty_script:
        answer({"ready": True})
        continue
)";

std::string indented(const std::string& text) {
  std::string lines = "    ";
  for (char letter : text) {
    lines += letter;
    if (letter == '\n') lines += "    ";
  }
  return lines + "\n";
}

}  // namespace

FakePowerShell::FakePowerShell(const std::string& answering, const std::string& beginning)
    : variable_("TBX_POWERSHELL", (folder_ / "powershell").string()) {
  namespace fs = std::filesystem;
  std::ofstream(folder_ / "powershell") << program_begin << "empty_script = '" << empty_script << "'\n"
                                        << beginning << "\n"
                                        << program_loop << indented(answering);
  fs::permissions(folder_ / "powershell", fs::perms::owner_all);
}

std::vector<std::string> FakePowerShell::command_lines() const {
  std::vector<std::string> lines;
  std::ifstream in(folder_ / "log");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace tbx::test
