// The resources of one machine, as the engine's picture of it.
#pragma once

#include <string_view>
#include <vector>

#include "engine/observed_talos.h"
#include "providers/talos/parse_resources.h"

namespace tbx {

/// Those of one node out of the answer of several. `node`: as it was named in -n; empty for an --insecure call.
std::vector<TalosResource> resources_of_node(const std::vector<TalosResource>& resources, std::string_view node);

/// Stage, host name, version, UUID and addresses, as far as their resources are among those given. Present with a
/// machine status that can be read. etcd's data and the config come from calls of their own, and are left unknown.
TalosNode make_talos_node(const std::vector<TalosResource>& resources);

}  // namespace tbx
