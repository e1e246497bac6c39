#include "providers/hyperv/powershell_envelope.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "providers/base64.h"
#include "specs/embedded.h"

namespace tbx {
namespace {

using nlohmann::json;

std::string line_of(const std::string& envelope) { return "@TBX1 " + to_base64(envelope); }

PowerShellFailure thrown(const std::string& message, const std::string& hresult = "0x80131501") {
  const json error = {
      {"message", message}, {"id", "I,C"}, {"category", "InvalidArgument"}, {"line", "3"}, {"hresult", hresult}};
  const json envelope = {{"n", 7}, {"ok", false}, {"error", error}};
  return read_answer(line_of(envelope.dump())).value().failure.value();
}

TEST(PowerShellEnvelope, SendsFixedFlagsAndTheBootstrapAsUtf16) {
  const auto arguments = powershell_arguments();
  EXPECT_EQ((std::vector<std::string>(arguments.begin(), arguments.end() - 1)),
            (std::vector<std::string>{"-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass",
                                      "-EncodedCommand"}));
  const std::string utf16 = from_base64(arguments.back()).value();
  std::string text;
  for (std::size_t i = 0; i < utf16.size(); i += 2) text += utf16[i];
  EXPECT_EQ(text.substr(0, 31), "$ErrorActionPreference='Stop';$");
  EXPECT_EQ(text.find("\n#"), std::string::npos) << "comments are left out";
  EXPECT_TRUE(text.ends_with("}})}}\n")) << text;
  EXPECT_EQ(utf16[1], '\0');
}

TEST(PowerShellEnvelope, HasACommandLineThatEvenCmdWouldTake) {
  std::size_t length = 0;
  for (const std::string& argument : powershell_arguments()) length += argument.size() + 1;
  EXPECT_LT(length, 8191U - 1000U) << "with the names of the program and of ssh's shell before it";
}

TEST(PowerShellEnvelope, TheScriptsAreAscii) {
  for (const EmbeddedFile& script : embedded_scripts()) {
    std::ifstream in(TBX_SOURCE_DIR "/providers/hyperv/scripts/" + std::string(script.name) + ".ps1", std::ios::binary);
    EXPECT_EQ(script.text, std::string(std::istreambuf_iterator<char>(in), {})) << script.name;
    for (const char letter : script.text) {
      ASSERT_TRUE(letter == '\n' || (letter >= ' ' && letter <= '~')) << script.name << ": " << int{letter};
    }
  }
  EXPECT_NE(embedded_script("bootstrap"), "");
  EXPECT_EQ(embedded_script("no-such-script"), "");
}

TEST(PowerShellEnvelope, ARequestIsOneLineOfBase64) {
  const std::string line = request_line(7, {.script = "1\n2", .arguments = {{"a", {1, "\n"}}}}).value();
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(json::parse(from_base64(line).value()),
            json::parse(R"({"n": 7, "script": "1\n2", "args": {"a": [1, "\n"]}})"));
  EXPECT_EQ(request_line(7, {.script = "1", .arguments = "\xFF"}).error().kind, ErrorKind::rejected);
}

TEST(PowerShellEnvelope, TellsAnAnswerFromNoise) {
  for (const char* noise : {"", "Windows PowerShell", "VERBOSE: @TBX1 abc", "@TBX2 abc", "\r"}) {
    EXPECT_FALSE(read_answer(noise)) << noise;
  }
  const std::string line = line_of(R"({"n":7,"ok":true,"result":[1]})");
  EXPECT_EQ(read_answer(line).value().result, json::array({1}));
  EXPECT_EQ(read_answer("\xEF\xBB\xBF" + line + "\r").value().number, 7);
}

TEST(PowerShellEnvelope, AnAnswerThatIsBrokenHasNoNumber) {
  const std::string line = line_of(R"({"n":7,"ok":true,"result":[1]})");
  for (const std::string& broken :
       {line.substr(0, line.size() - 3), line.substr(0, line.size() - 4), std::string("@TBX1 "), line_of("[]"),
        line_of(R"({"ok":true})"), line_of(R"({"n":"7","ok":true})"), line_of(R"({"n":7})"), line_of("{\xFF}")}) {
    EXPECT_EQ(read_answer(broken).value().number, -1) << broken;
  }
}

TEST(PowerShellEnvelope, ReadsWhatWasThrown) {
  EXPECT_EQ(thrown("The file exists. (0x80070050)"),
            (PowerShellFailure{"I,C", "InvalidArgument", "The file exists. (0x80070050)", "0x80070050", 3}));
  EXPECT_EQ(thrown("(0x123) in use ('0x8007000e'), then (0x80070005).").code, "0x8007000E");
  EXPECT_EQ(thrown("at 0x80070050, (0x8007005), (0x800700500)").code, "") << "no code";
  EXPECT_EQ(thrown("The process cannot access the file", "0x80070020").code, "0x80070020") << "of Windows alone";
  EXPECT_EQ(thrown("The file exists. (0x80070050)", "0x80070020").code, "0x80070050") << "what Hyper-V says";
  EXPECT_EQ(read_answer(line_of(R"({"n":7,"ok":false,"error":"odd"})")).value().failure, PowerShellFailure{});
}

}  // namespace
}  // namespace tbx
