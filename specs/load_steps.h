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

/// After the pools: Windows limits the length of paths.
void load_folders(Loading& loading, const Field& spec);

enum class PatchedNodes { any, workers };

/// Machine-config patches as canonical JSON objects, files read. What Talos allows on control planes only is a problem
/// in those of workers.
std::vector<std::string> load_patches(Loading& loading, const Field& patches, PatchedNodes nodes);

/// Patches of all nodes without what Talos allows on control planes only; one with nothing else is left out.
std::vector<std::string> patches_for_workers(const std::vector<std::string>& patches);

/// After the pools: the node subnet has to have room for them.
void load_network(Loading& loading, const Field& spec);

/// After the pools: some values depend on whether there are workers.
void load_addons(Loading& loading, const Field& spec);

/// After the addons, which bring the dashboards.
void load_routes(Loading& loading, const Field& spec);

}  // namespace tbx
