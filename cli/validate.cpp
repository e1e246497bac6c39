// tbx validate: what the file asks for, or everything that is wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/commands.h"
#include "cli/load_spec.h"
#include "cli/messages.h"
#include "engine/text_layout.h"

namespace tbx {
namespace {

std::string summary_of(const ClusterSpec& spec) {
  const auto is_control_plane = [](const NodeSpec& node) { return node.role == Role::control_plane; };
  const auto control_planes =
      static_cast<std::size_t>(std::count_if(spec.nodes.begin(), spec.nodes.end(), is_control_plane));
  return fmt::format("cluster {}: {}, {}, {}, {}", spec.name, counted(control_planes, "control plane"),
                     counted(spec.nodes.size() - control_planes, "worker"), counted(spec.addons.size(), "addon"),
                     counted(spec.routes.size(), "route"));
}

}  // namespace

ExitCode run_command(const ValidateArguments& arguments, Streams& streams) {
  const std::optional<ClusterSpec> spec = load_spec(arguments.spec, streams);
  if (!spec) return ExitCode::failed;
  streams.out << fmt::format("{} is valid: {}\n", arguments.spec, summary_of(*spec));
  return ExitCode::done;
}

}  // namespace tbx
