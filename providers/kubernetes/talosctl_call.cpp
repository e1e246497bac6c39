#include "providers/kubernetes/talosctl_call.h"

#include <fmt/format.h>

#include "providers/kubectl.h"
#include "providers/redact.h"
#include "specs/load.h"

namespace tbx {

ToolCall talosctl_call(const std::filesystem::path& talosconfig, const ApiEndpoint& endpoint,
                       std::vector<std::string> arguments) {
  ToolCall call{
      .tool = "talosctl",
      .arguments = {"--talosconfig", text_from_path(talosconfig), "-e", endpoint.address, "-n", endpoint.node_address},
      .environment = kubernetes_environment()};
  call.environment["TALOSCONFIG"] = std::nullopt;
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  return call;
}

tl::unexpected<Error> talosctl_failure(const ToolCall& call, const CommandOutput& output, const std::string& what,
                                       ErrorKind kind) {
  std::string text = redact(output.err);
  return failure(kind, fmt::format("{}: {}", what, last_words(text)), command_line(call) + "\n" + text);
}

}  // namespace tbx
