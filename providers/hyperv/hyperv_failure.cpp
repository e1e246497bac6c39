#include "providers/hyperv/hyperv_failure.h"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace tbx {

namespace {

struct OwnWord {
  std::string_view prefix;  ///< of what a script of ours throws
  ErrorKind kind;
};

constexpr std::array own_words{
    OwnWord{"TBX_NOT_OURS ", ErrorKind::refused},
    OwnWord{"TBX_BUSY ", ErrorKind::busy},
    OwnWord{"TBX_ABSENT ", ErrorKind::rejected},
    OwnWord{"TBX_NO_IMAGE ", ErrorKind::rejected},
    OwnWord{"TBX_CRITICAL ", ErrorKind::rejected},
    // Of a backup that lasts, or of a user who wants it: seconds change nothing.
    OwnWord{"TBX_CHECKPOINT ", ErrorKind::rejected},
};

struct Meaning {
  std::string_view sign;  ///< in the error's ID or the code of its message
  ErrorKind kind;
  std::string_view told;
};

/// The first that fits. Sources: the fact sheets of minikube, multipass, vagrant and packer on these codes.
constexpr std::array meanings{
    Meaning{"OutOfMemory,", ErrorKind::rejected,
            "the host has not enough free memory for the VM: stop something, or give the nodes less memory"},
    Meaning{"0x8007000E", ErrorKind::rejected,
            "the host has not enough free memory for the VM: stop something, or give the nodes less memory"},
    Meaning{"0x800705AA", ErrorKind::rejected,
            "the host has not enough free memory for the VM: stop something, or give the nodes less memory"},
    Meaning{"0x80070020", ErrorKind::busy, "a file is held by another program, such as a virus scanner or a backup"},
    Meaning{"0x800700AA", ErrorKind::busy, "the disk is mounted on the host: Dismount-VHD"},
    Meaning{"0x80070050", ErrorKind::rejected, "a file of that name is there already"},
    Meaning{"0x80070070", ErrorKind::rejected, "the drive is full: make room, or set hyperv.path to another drive"},
    Meaning{"0xC03A001A", ErrorKind::rejected,
            "the folder is compressed or encrypted, which virtual disks can't be: set hyperv.path to another one"},
    Meaning{"0x80070299", ErrorKind::rejected,
            "the drive can't hold such a file (exFAT?): set hyperv.path to an NTFS or ReFS drive"},
    Meaning{"0x800700CE", ErrorKind::rejected,
            "the path is too long for Windows: set hyperv.path to a folder nearer to the drive"},
    Meaning{"0x80070005", ErrorKind::rejected,
            "access is denied: run tbx as administrator, and let SYSTEM read the folder of the disks and images"},
    Meaning{"Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVM", ErrorKind::rejected,
            "this user may not use Hyper-V: run tbx as administrator, or join the group Hyper-V Administrators "
            "(S-1-5-32-578) and log on again"},
    Meaning{"ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch", ErrorKind::rejected,
            "the switch is not there: Get-VMSwitch lists those that are"},
    Meaning{"InvalidState,", ErrorKind::busy, "the VM is in a state in which that can't be done"},
    Meaning{"CouldNotAutoloadMatchingModule", ErrorKind::rejected,
            "PowerShell's module Hyper-V is missing: Enable-WindowsOptionalFeature -Online -FeatureName "
            "Microsoft-Hyper-V-Management-PowerShell"},
    Meaning{"CommandNotFoundException", ErrorKind::rejected,
            "PowerShell's module Hyper-V is missing: Enable-WindowsOptionalFeature -Online -FeatureName "
            "Microsoft-Hyper-V-Management-PowerShell"},
};

bool fits(const Meaning& meaning, const PowerShellFailure& failure) {
  return failure.id.find(meaning.sign) != std::string::npos || failure.code.find(meaning.sign) != std::string::npos;
}

}  // namespace

Error hyperv_error(const PowerShellError& failed) {
  if (!failed.failure) return failed.error;
  const PowerShellFailure& failure = *failed.failure;
  Error error = failed.error;
  for (const OwnWord& word : own_words) {
    if (failure.message.starts_with(word.prefix)) return {word.kind, failure.message.substr(word.prefix.size()), {}};
  }
  error.message = "Hyper-V refused: " + failure.message;
  error.detail = fmt::format("{} ({}), line {} of the script", failure.id, failure.category, failure.line);
  for (const Meaning& meaning : meanings) {
    if (!fits(meaning, failure)) continue;
    error.kind = meaning.kind;
    error.message = std::string(meaning.told);
    error.detail = failure.message + "\n" + error.detail;
    break;
  }
  return error;
}

}  // namespace tbx
