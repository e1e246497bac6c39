// `tbx world FILE VERB …`: looking at a simulated world, and disturbing it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "providers/sim/world_file.h"

namespace tbx::sim {

struct WorldVerb {
  std::string_view name;
  std::string_view arguments;  ///< "NODE", "SECONDS VERB …"
  std::string_view help;       ///< one line
  std::string_view example;    ///< what follows `tbx world FILE`
};

/// All of them, in the order of the help.
std::span<const WorldVerb> world_verbs();

/// A table: verb with its arguments, what it does, an example.
std::string world_verbs_help();

/// Does it and says what was done, or what `show` shows. A mistake in the words is `rejected`, with the nearest word.
Result<std::string> run_world_verb(WorldFile& file, std::span<const std::string> words);

/// The same in a world that is open already; `show` is none of these.
Result<std::string> disturb(LiveWorld& live, std::span<const std::string> words);

/// For rules.h: one that can't be done any more is left.
void run_scheduled_verb(LiveWorld& live, const std::vector<std::string>& words);

/// Aligned, at most 100 columns, without secrets.
std::string show_world(const World& world);

}  // namespace tbx::sim
