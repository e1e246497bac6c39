// What a failed script means, by its own words and by Hyper-V's codes: texts of Windows are translated.
#pragma once

#include "engine/error.h"
#include "providers/hyperv/powershell.h"

namespace tbx {

/// With what to do next in the message, where that is known, and what PowerShell said in the detail.
Error hyperv_error(const PowerShellError& failed);

}  // namespace tbx
