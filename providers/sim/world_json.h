// The world as text: one document for all of it, and one short line for each change.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "providers/sim/live_world.h"

namespace tbx::sim {

inline constexpr int world_format = 1;

/// One line without its end. What has its default value is left out.
std::string snapshot_text(const World& world);
/// What makes the parts named be as they are in `world`: `{"machine/NAME ID": {…}, "node/CLUSTER/NAME": null}`.
std::string changes_text(const World& world, const std::set<EntityKey>& touched);

/// The error is one sentence without the file's name.
Result<World> parse_snapshot(std::string_view line);
Status apply_changes(std::string_view line, World& world);

}  // namespace tbx::sim
