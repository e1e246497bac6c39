// What many rehearsals come to, in figures, and how each that went wrong is replayed.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "engine/exit_code.h"
#include "engine/plan.h"
#include "engine/text_layout.h"
#include "providers/sim/rehearsal.h"

namespace tbx {

struct Verdict {
  SimulateArguments asked;
  Plan plan;                            ///< from the state in which every run began
  std::vector<sim::RunRecord> records;  ///< sorted by seed; fewer than asked for when it was interrupted
};

/// 1 when a checker's rule was broken, 5 when a run did not converge, 130 when it was interrupted.
ExitCode exit_code_of(const Verdict& verdict);

/// The same runs give the same text.
std::string verdict_to_text(const Verdict& verdict, const TextStyle& style);

/// The command that does this run again, and nothing else.
std::string replay_command(const SimulateArguments& asked, std::uint64_t seed);

}  // namespace tbx
