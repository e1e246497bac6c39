// tbx remove: one node less in the file.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/edit_spec.h"
#include "cli/messages.h"
#include "specs/names.h"

namespace tbx {
namespace {

std::string unknown_node(const SpecFile& file, const std::string& word) {
  std::vector<std::string> names;
  for (const NodeSpec& node : file.spec.nodes) names.push_back(node.name);
  return fmt::format("{} has no node {}{}", file.name, in_quotes(word), what_there_is(word, names, names));
}

}  // namespace

ExitCode run_command(const RemoveArguments& arguments, Streams& streams) {
  const auto file = open_spec_file(arguments.spec, streams);
  if (!file) return ExitCode::failed;
  // Hyper-V does not tell upper case from lower case, and people type names as they see them there.
  const auto node = std::ranges::find(file->spec.nodes, lower_case(arguments.node), &NodeSpec::name);
  if (node == file->spec.nodes.end()) {
    say_error(streams, unknown_node(*file, arguments.node));
    say(streams, "Nothing was changed.");
    return ExitCode::failed;
  }
  PoolNumbers left = *std::ranges::find(file->pools, node->pool, &PoolNumbers::pool);
  std::erase(left.numbers, node->number);
  const std::string question =
      arguments.question == Question::answered_yes ? "" : fmt::format("Take {} out of {}?", node->name, arguments.spec);
  return edit_spec(*file, {left}, question, streams);
}

}  // namespace tbx
