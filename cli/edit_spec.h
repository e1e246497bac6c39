// What scale and remove share: the file as it is, what may not be taken out of it, and writing it anew.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "engine/exit_code.h"
#include "specs/edit_pools.h"

namespace tbx {

struct SpecFile {
  std::string name;  ///< as the user wrote it
  std::string bytes;
  ClusterSpec spec;
  std::vector<PoolNumbers> pools;
};

/// Says on stderr what is wrong; empty then.
std::optional<SpecFile> open_spec_file(const std::string& name, const Streams& streams);

/// Refuses what a rule forbids, shows the lines that change, asks `question` unless it is empty, and replaces the file
/// in one step. `wanted`: the pools that are to have these nodes.
ExitCode edit_spec(const SpecFile& file, const std::vector<PoolNumbers>& wanted, const std::string& question,
                   const Streams& streams);

/// What a message about an unknown name ends with: the nearest of those that there are, and some of them. `shown`: the
/// same as `names`, with more to tell.
std::string what_there_is(const std::string& unknown, const std::vector<std::string>& names,
                          const std::vector<std::string>& shown);

}  // namespace tbx
