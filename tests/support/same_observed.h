// Whether two worlds look the same to tbx.
#pragma once

#include <map>
#include <string>

namespace tbx::test {

/// What a snapshot (`tbx observe`) says, by JSON pointer. What each world draws for itself (addresses, IDs, keys) has a
/// name in place of its value, so that who refers to whom is still compared; what only one of them can know is left
/// out.
std::map<std::string, std::string> comparable(const std::string& snapshot);

/// What one of them has otherwise, line by line; empty: nothing.
std::string differences(const std::map<std::string, std::string>& lab, const std::map<std::string, std::string>& twin);

}  // namespace tbx::test
