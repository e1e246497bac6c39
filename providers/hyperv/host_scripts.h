// The scripts of tbx, as files of the source tree: what PowerShell runs stands there and nowhere else.
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// scripts/<name>.ps1 behind scripts/common.ps1, which it may call. Pre: there is one of this name.
const std::string& host_script(std::string_view name);

}  // namespace tbx
