// What each verb of `tbx world` does. Each says in one sentence what was done.
#pragma once

#include <span>
#include <string>

#include "engine/error.h"
#include "providers/sim/live_world.h"

namespace tbx::sim {

// Pre: as many arguments as the table in world_verbs.cpp says.
Result<std::string> cut_power(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> give_power(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> take_machine(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> take_disk(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> leave_disk(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> make_foreign_machine(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> set_sizes(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> remake_machine(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> readdress(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> take_node(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> uninstall(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> edit_release(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> edit_hosts(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> raise_alarm(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> clear_alarms(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> hide(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> unhide(LiveWorld& live, std::span<const std::string> arguments);
Result<std::string> fail_next(LiveWorld& live, std::span<const std::string> arguments);

/// The nearest of `names` in the message; `what`: "machine", "release".
tl::unexpected<Error> not_there(const char* what, const std::string& name, const std::vector<std::string>& names);

}  // namespace tbx::sim
