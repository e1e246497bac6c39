// The steps of loading, one file each. Each takes what is right, reports what is not, and leaves the shape to the
// schema.
#pragma once

#include <string>
#include <vector>

#include "specs/loading.h"

namespace tbx {

/// Name, versions, Hyper-V, deadlines, protection.
void load_settings(Loading& loading, const Field& root);

/// All nodes, with everything of their pools filled in.
void load_pools(Loading& loading, const Field& spec);

/// Machine-config patches as canonical JSON objects, files read.
std::vector<std::string> load_patches(Loading& loading, const Field& patches);

/// After the pools: the node subnet has to have room for them.
void load_network(Loading& loading, const Field& spec);

/// After the pools: some values depend on whether there are workers.
void load_addons(Loading& loading, const Field& spec);

/// After the addons, which bring the dashboards.
void load_routes(Loading& loading, const Field& spec);

}  // namespace tbx
