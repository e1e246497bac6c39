// What a failed script means, in people's words and with the way out.
#include "providers/hyperv/hyperv_failure.h"

#include <gtest/gtest.h>

#include <set>

#include "specs/embedded.h"

namespace tbx {
namespace {

PowerShellError failed(const std::string& id, const std::string& message, const std::string& code = "") {
  return {{ErrorKind::rejected, message, ""}, PowerShellFailure{id, "NotSpecified", message, code, 12}};
}

TEST(HypervFailure, OfAScriptsOwnSaysWhatItSaid) {
  const Error error =
      hyperv_error(failed("TBX_NOT_OURS the disk C:\\x is in the way", "TBX_NOT_OURS the disk C:\\x is in the way"));
  EXPECT_EQ(error.kind, ErrorKind::refused);
  EXPECT_EQ(error.message, "the disk C:\\x is in the way");
  EXPECT_EQ(hyperv_error(failed("", "TBX_BUSY the VM x is Stopping")).kind, ErrorKind::busy);
  EXPECT_EQ(hyperv_error(failed("", "TBX_ABSENT there is no VM")).kind, ErrorKind::rejected);
  EXPECT_EQ(hyperv_error(failed("", "TBX_CHECKPOINT the VM x has a checkpoint")).kind, ErrorKind::rejected);
}

TEST(HypervFailure, IsKnownByItsIdWhateverLanguageWindowsSpeaks) {
  const Error error = hyperv_error(failed("OutOfMemory,Microsoft.HyperV.PowerShell.Commands.StartVM",
                                          "Nicht genug Arbeitsspeicher. (0x8007000E)", "0x8007000E"));
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_NE(error.message.find("not enough free memory"), std::string::npos) << error.message;
  EXPECT_NE(error.detail.find("Nicht genug Arbeitsspeicher"), std::string::npos);
}

TEST(HypervFailure, OfAHeldFileMayBeTriedAgain) {
  const Error error =
      hyperv_error(failed("OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd", "...", "0x80070020"));
  EXPECT_EQ(error.kind, ErrorKind::busy);
}

TEST(HypervFailure, OfRightsSaysHowToGetThem) {
  const Error error = hyperv_error(failed("Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVM", "..."));
  EXPECT_NE(error.message.find("Hyper-V Administrators"), std::string::npos) << error.message;
}

TEST(HypervFailure, OfNoSwitchAtAllIsTheServices) {
  const Error error = hyperv_error(failed("ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch", "..."));
  EXPECT_NE(error.message.find("Restart-Service vmms"), std::string::npos) << error.message;
}

TEST(HypervFailure, OfAnotherCmdletThatBeginsLikeOneIsNotTheSame) {
  const Error error =
      hyperv_error(failed("Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVMHardDiskDrive", "..."));
  EXPECT_EQ(error.message, "Hyper-V refused: ...");
}

TEST(HypervFailure, KnowsEachWordThatAScriptThrows) {
  const std::string quote_and_word = "'TBX_";
  std::set<std::string> words;
  for (const EmbeddedFile& script : embedded_scripts()) {
    const std::string text(script.text);
    for (std::size_t at = text.find(quote_and_word); at != std::string::npos; at = text.find(quote_and_word, at + 1)) {
      words.insert(text.substr(at + 1, text.find(' ', at) - at));
    }
  }
  EXPECT_GE(words.size(), 6U);
  for (const std::string& word : words) EXPECT_EQ(hyperv_error(failed("", word + "so")).message, "so") << word;
}

TEST(HypervFailure, ThatNobodyKnowsIsToldAsItCame) {
  const Error error = hyperv_error(failed("Strange,Thing", "something new (0x80001234)", "0x80001234"));
  EXPECT_EQ(error.message, "Hyper-V refused: something new (0x80001234)");
  EXPECT_EQ(error.detail, "Strange,Thing (NotSpecified), line 12 of the script");
}

TEST(HypervFailure, OfTheTransportStaysWhatItIs) {
  const PowerShellError lost{{ErrorKind::outcome_unknown, "PowerShell ended", ""}, std::nullopt};
  EXPECT_EQ(hyperv_error(lost), lost.error);
}

}  // namespace
}  // namespace tbx
