// The only file that is compiled anew when the version changes.
#include "specs/version.h"

namespace tbx {

std::string_view version() { return TBX_VERSION; }

}  // namespace tbx
