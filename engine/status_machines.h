// The machines of `tbx status`.
#pragma once

#include <string>

#include "engine/observed.h"
#include "engine/text_layout.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct MachineTotals {
  std::size_t wanted = 0;
  std::size_t running = 0;
  std::size_t ready = 0;
};

MachineTotals machine_totals(const ClusterSpec& wanted, const Observed& found);

/// One table for each pool, and one for what is ours and not in the file. Of a large pool only what is not well is
/// listed, the rest is counted.
void append_machines(std::string& out, const ClusterSpec& wanted, const Observed& found, const TextStyle& style);

}  // namespace tbx
