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
  std::string_view sign;  ///< the error's ID, or all of it before a comma, or the code of its message
  ErrorKind kind;
  std::string_view told;
};

constexpr std::string_view no_memory =
    "the host has not enough free memory for the VM: stop something, or give the nodes less memory";
constexpr std::string_view no_rights =
    "this user may not use Hyper-V: run tbx as administrator, or join the group Hyper-V Administrators "
    "(S-1-5-32-578) and log on again";
constexpr std::string_view no_module =
    "PowerShell's module Hyper-V is missing: Enable-WindowsOptionalFeature -Online -FeatureName "
    "Microsoft-Hyper-V-Management-PowerShell";

/// The first that fits. Sources: the fact sheets of minikube, multipass, vagrant and packer on these codes.
constexpr std::array meanings{
    Meaning{"OutOfMemory", ErrorKind::rejected, no_memory},
    Meaning{"0x8007000E", ErrorKind::rejected, no_memory},
    Meaning{"0x800705AA", ErrorKind::rejected, no_memory},
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
    Meaning{"Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVM", ErrorKind::rejected, no_rights},
    Meaning{"Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch", ErrorKind::rejected, no_rights},
    // Asked for all switches, it finds none: source minikube#12645.
    Meaning{"ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch", ErrorKind::rejected,
            "Hyper-V's management service does not answer as it should: Restart-Service vmms, or run tbx as "
            "administrator"},
    Meaning{"InvalidState", ErrorKind::busy, "the VM is in a state in which that can't be done"},
    Meaning{"CouldNotAutoloadMatchingModule", ErrorKind::rejected, no_module},
    Meaning{"CommandNotFoundException", ErrorKind::rejected, no_module},
};

bool fits(const Meaning& meaning, const PowerShellFailure& failure) {
  const bool begins_so = failure.id.starts_with(meaning.sign);
  return failure.code == meaning.sign ||
         (begins_so && (failure.id.size() == meaning.sign.size() || failure.id[meaning.sign.size()] == ','));
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
