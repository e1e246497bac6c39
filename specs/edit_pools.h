// Giving the pools of a cluster.yaml other nodes, in place: every byte stays that does not have to change.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "specs/load.h"
#include "specs/text_splice.h"

namespace tbx {

/// A pool with the numbers of its nodes, sorted.
struct PoolNumbers {
  std::string pool;  ///< as in NodeSpec: "control-plane", "worker", or the pool's own name
  std::vector<int> numbers;
  bool operator==(const PoolNumbers&) const = default;
};

/// The pools that the file has or could have without another name being written: the control plane first, then workers
/// in the order of the file. Where the file says nothing of workers, "worker" without a number is one. Pre: the file
/// loads without an error.
std::vector<PoolNumbers> pools_of(std::string_view bytes, const SpecLocation& location,
                                  const LoadOptions& options = {});

/// As many as `count`: the lowest free numbers come, or the highest go. Pre: sorted.
std::vector<int> scaled_numbers(std::vector<int> numbers, std::size_t count);

struct EditedPools {
  std::string bytes;                ///< in the encoding of the file, with its BOM
  std::vector<LineChange> changes;  ///< none: the file says so already
  LoadedSpec loaded;                ///< what the new bytes say, with its warnings
};

/// Why nothing was edited. The problems point into these texts: the file as it is, or, where only the result is wrong,
/// the file as it would have been.
struct EditFailure {
  std::vector<Problem> problems;
  Sources sources;
  bool is_about_result = false;
};

/// Makes each of these pools have exactly these nodes: all of them, or none. `count` stays where the numbers run from 1
/// without a gap, and becomes `nodes` otherwise; `nodes` stays. The result is read again, and is refused when anything
/// but these pools reads differently: then the problem says what to edit by hand, and where.
tl::expected<EditedPools, EditFailure> edit_pools(std::string_view bytes, const SpecLocation& location,
                                                  std::span<const PoolNumbers> wanted, const LoadOptions& options = {});

}  // namespace tbx
