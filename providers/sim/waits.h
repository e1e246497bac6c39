// Whether what somebody waits for is there, and what is not so yet.
#pragma once

#include "providers/sim/perform.h"

namespace tbx::sim {

WaitState waiting(const World& world, const AwaitAddress& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitTalos& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitEtcdMember& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitApi& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitNode& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitNodeLost& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitRelease& op, const Setting& setting);
WaitState waiting(const World& world, const AwaitRoute& op, const Setting& setting);

}  // namespace tbx::sim
