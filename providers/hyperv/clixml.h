// What PowerShell writes to a redirected stderr: its streams as XML ("CLIXML").
#pragma once

#include <string>
#include <string_view>

namespace tbx {

/// The error texts of a stderr as people read them, in UTF-8, with "\n" as line end. Other streams, such as progress,
/// go; what is no CLIXML stays as it is. A text whose beginning was cut off is understood, too: what is left of the
/// element that was cut goes.
std::string errors_of_clixml(std::string_view text);

}  // namespace tbx
