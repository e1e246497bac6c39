// All scripts, tbx's and the stand-in host's, keep to ASCII, to the syntax of Windows PowerShell 5.1, and to the
// parameters of the commands that they call.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "providers/hyperv/host_scripts.h"
#include "providers/local_tools.h"
#include "specs/embedded.h"
#include "tests/support/command_line.h"
#include "tests/support/stand_in_host.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;

class ScriptLint : public CommandTest {
 protected:
  void SetUp() override {
    if (powershell_engine().filename() != "posh")
      GTEST_SKIP() << "the engine beside the project is no posh, which lints";
    ::setenv("TBX_LINT", powershell_engine().c_str(), 1);
    gather_modules();
  }

  /// "" where nothing is found.
  static std::string lint(const std::vector<std::string>& files) {
    std::vector<std::string> arguments{"--lint", "--ascii", "--modules", "modules"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    const auto output = LocalTools().run({.tool = "lint", .arguments = arguments, .deadline_seconds = 120});
    return output ? output->out + output->err : output.error().message;
  }

  static fs::path host_folder() { return fs::path(TBX_SOURCE_DIR) / "tests/hyperv_host"; }

  std::vector<std::string> modules;

 private:
  /// A linter sees the parts of a module only as one text.
  void gather_modules() {
    for (const auto& folder : fs::directory_iterator(host_folder())) {
      if (!folder.is_directory()) continue;
      const std::string name = folder.path().filename().string();
      std::string text;
      for (const auto& file : fs::directory_iterator(folder)) {
        if (file.path().extension() == ".ps1") text += read(file.path().string()) + "\n";
      }
      const fs::path module = fs::path("modules") / name / (name + ".psm1");
      fs::create_directories(module.parent_path());
      write(module.string(), text + read((folder.path() / (name + ".psm1")).string()));
      fs::copy(folder.path() / (name + ".psd1"), module.parent_path());
      modules.push_back(module.string());
    }
  }
};

TEST_F(ScriptLint, FindsNothingInTheScriptsOfTbx) {
  fs::create_directories("scripts");
  std::vector<std::string> files;
  for (const EmbeddedFile& script : embedded_scripts()) {
    const bool stands_alone = script.name == "bootstrap" || script.name == "common";
    const std::string file = "scripts/" + std::string(script.name) + ".ps1";
    write(file, stands_alone ? std::string(script.text) : host_script(script.name));
    files.push_back(file);
  }
  EXPECT_GT(files.size(), 10U);
  EXPECT_EQ(lint(files), "");
}

TEST_F(ScriptLint, FindsNothingInTheStandInHost) {
  std::vector<std::string> files = modules;
  for (const auto& file : fs::directory_iterator(host_folder())) {
    if (file.path().extension() == ".ps1") files.push_back(file.path().string());
  }
  EXPECT_GT(files.size(), 7U);
  EXPECT_EQ(lint(files), "");
}

TEST_F(ScriptLint, FindsWhatIsPlanted) {
  write("planted.ps1", "Hyper-V\\Get-VM -Nmae x\n$a = $b ?? 1\n'\xC3\xBC'\n");
  const std::string found = lint({"planted.ps1"});
  for (const char* each : {"planted.ps1:1", "planted.ps1:2", "planted.ps1:3"}) EXPECT_TRUE(contains(found, each));
}

}  // namespace
}  // namespace tbx::test
