// Whether something listens at an address: the cheapest question, asked before any tool is started.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tbx {

enum class PortAnswer { open, closed, silent };  ///< of a plain TCP connection

/// All at once, so that however many are silent it takes `seconds` at most. By address.
std::map<std::string, PortAnswer> probe_ports(const std::vector<std::string>& addresses, int port, double seconds);

}  // namespace tbx
