// A world's machines and disks as a document, for programs that play what runs in them.
#pragma once

#include <string>

#include "providers/sim/world.h"

namespace tbx::sim {

/// `tbx world FILE show --format json`: switch, hidden systems, machines and disks; indented, one line at the end.
/// A machine's `boot_id` is new with each start, and its `address` empty until it has one; a disk's `id` is of that
/// disk, however often another one lay at its place.
std::string world_document(const World& world);

}  // namespace tbx::sim
