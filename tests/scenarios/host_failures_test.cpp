// What goes wrong on real hosts (reports of minikube, multipass, vagrant, packer and others), each through whole
// applies: what a user is told, how it ends, and that the next apply goes on.
#include "tests/support/hosted_cluster.h"

namespace tbx::test {
namespace {

struct Mishap {
  std::string what;                      ///< for the test's name
  std::vector<std::string> words;        ///< for the host's control
  int code = 1;                          ///< of the apply that meets it
  std::string told;                      ///< a part of what that apply says
  std::vector<std::string> undone = {};  ///< for the host's control, what the user does; empty: nothing, it was once
};

void PrintTo(const Mishap& mishap, std::ostream* stream) { *stream << mishap.what; }

Mishap once(std::string what, std::string cmdlet, std::string id, std::string message, int code, std::string told) {
  // More often than an apply tries.
  const std::string times = code == 0 ? "1" : "100";
  return {std::move(what),
          {"fault", cmdlet, times, std::move(id), std::move(message)},
          code,
          std::move(told),
          code == 0 ? std::vector<std::string>{} : std::vector<std::string>{"no-faults"}};
}

class HostFailure : public HostedCluster, public testing::WithParamInterface<Mishap> {};

TEST_P(HostFailure, IsToldWithItsRemedyAndTheNextApplyGoesOn) {
  host().control(GetParam().words);
  const CommandResult result = tbx(GetParam().code, "apply cluster.yaml --yes");
  EXPECT_TRUE(contains(result.out + result.err, GetParam().told));
  if (!GetParam().undone.empty()) host().control(GetParam().undone);
  converge();
}

const std::vector<Mishap> mishaps{
    once("NotEnoughMemory", "Start-VM", "OutOfMemory", "Nicht genug Arbeitsspeicher (0x8007000E).", 1,
         "not enough free memory"),
    once("NotEnoughMemoryInTheOtherShape", "Start-VM", "Unspecified", "Unzureichende Ressourcen (0x800705AA).", 1,
         "not enough free memory"),
    once("AScannerHoldsTheDisk", "New-VHD", "OperationFailed", "In use by another process. (0x80070020)", 0, ""),
    once("TheDriveIsFull", "New-VHD", "OperationFailed", "There is not enough space. (0x80070070)", 1,
         "the drive is full"),
    once("ACompressedFolder", "New-VHD", "OperationFailed", "The file is sparse. (0xC03A001A)", 1,
         "compressed or encrypted"),
    once("AnExFatDrive", "New-VHD", "OperationFailed", "Limitation of the file system. (0x80070299)", 1,
         "NTFS or ReFS"),
    once("NoAccessForTheService", "Add-VMHardDiskDrive", "OperationFailed", "Zugriff verweigert (0x80070005).", 1,
         "run tbx as administrator"),
    once("WrongStateForAMoment", "Set-VMMemory", "InvalidState", "The operation cannot be performed.", 0, ""),
    once("SomethingNew", "Set-VMFirmware", "OperationFailed", "Etwas Neues (0x80991234).", 1,
         "Hyper-V refused: Etwas Neues"),
    {"NoSwitch", {"hide-switch"}, 3, "(switch-missing)", {"show-switch"}},
    {"TheServiceIsStopped", {"vmms-stopped"}, 4, "Start-Service vmms", {"vmms-running"}},
    {"PowerShellDiesBeforeANewVm", {"crash", "New-VM", "1", "before"}, 0, ""},
    {"PowerShellDiesAfterANewVm", {"crash", "New-VM", "1", "after"}, 0, ""},
    {"PowerShellDiesAfterANewDisk", {"crash", "New-VHD", "1", "after"}, 0, ""},
    {"PowerShellDiesAfterAStart", {"crash", "Start-VM", "1", "after"}, 0, ""},
    {"PowerShellDiesBeforeTheNotes", {"crash", "Set-VM", "1", "before"}, 0, ""},
};

INSTANTIATE_TEST_SUITE_P(EachOfTheList, HostFailure, testing::ValuesIn(mishaps),
                         [](const testing::TestParamInfo<Mishap>& each) { return each.param.what; });

}  // namespace
}  // namespace tbx::test
