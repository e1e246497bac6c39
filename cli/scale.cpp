// tbx scale: other numbers of nodes, written into the file.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/edit_spec.h"
#include "cli/messages.h"
#include "engine/text_layout.h"
#include "specs/names.h"

namespace tbx {
namespace {

/// As the file calls it.
std::string shown_name(const std::string& pool) { return pool == "control-plane" ? "controlPlane" : pool; }

/// Null for an unknown name.
const PoolNumbers* find_pool(const SpecFile& file, const std::string& word) {
  const auto named = [&](std::string_view name) -> const PoolNumbers* {
    const auto found = std::ranges::find(file.pools, name, &PoolNumbers::pool);
    return found == file.pools.end() ? nullptr : &*found;
  };
  const std::string lower = lower_case(word);
  if (lower == "cp" || lower == "controlplane") return named("control-plane");
  if (const PoolNumbers* pool = named(lower)) return pool;
  return lower == "workers" ? named("worker") : nullptr;
}

std::string unknown_pool(const SpecFile& file, const std::string& word) {
  std::vector<std::string> names;
  std::vector<std::string> described;
  for (const PoolNumbers& pool : file.pools) {
    names.push_back(shown_name(pool.pool));
    described.push_back(fmt::format("{} ({})", names.back(), counted(pool.numbers.size(), "node")));
  }
  return fmt::format("{} has no pool {}{}", file.name, in_quotes(word), what_there_is(word, names, described));
}

}  // namespace

ExitCode run_command(const ScaleArguments& arguments, Streams& streams) {
  const auto file = open_spec_file(arguments.spec, streams);
  if (!file) return ExitCode::failed;
  std::vector<PoolNumbers> wanted;
  bool is_clear = true;
  for (const auto& [word, count] : arguments.counts) {
    const PoolNumbers* pool = find_pool(*file, word);
    const bool is_known = pool != nullptr;
    const bool is_repeated = is_known && std::ranges::count(wanted, pool->pool, &PoolNumbers::pool) > 0;
    if (!is_known) say_error(streams, unknown_pool(*file, word));
    if (is_repeated) say_error(streams, fmt::format("pool {} is given twice", shown_name(pool->pool)));
    is_clear = is_clear && is_known && !is_repeated;
    if (is_clear) wanted.push_back({pool->pool, scaled_numbers(pool->numbers, static_cast<std::size_t>(count))});
  }
  if (!is_clear) {
    say(streams, "Nothing was changed.");
    return ExitCode::failed;
  }
  return edit_spec(*file, wanted, "", streams);
}

}  // namespace tbx
