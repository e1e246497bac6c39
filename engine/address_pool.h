// The addresses MetalLB may give away: of the switch's DHCP subnet, held by nobody; design, section 4.
#pragma once

#include <string>

#include "engine/observed.h"

namespace tbx {

/// Twenty addresses near the end of the subnet that no node, gateway or neighbour holds, as "a.b.c.d-a.b.c.e".
/// Empty when the subnet is unknown or has no such run.
std::string choose_address_pool(const Observed& found);

/// Whether a pool may stay as it is: inside the subnet, and without the gateway or a node's address.
bool address_pool_fits(const std::string& range, const Observed& found);

}  // namespace tbx
