#include "providers/kubernetes/talosctl_call.h"

#include <fmt/format.h>

#include "providers/kubectl.h"
#include "providers/redact.h"
#include "specs/load.h"

namespace tbx {

namespace {

/// The error is the last thing it prints; an upgrade tells of its steps before.
std::string last_line(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  std::size_t end = text.find_last_not_of(white_space);
  if (end == std::string_view::npos) {
    return "it failed without a word";
  }
  text = text.substr(0, end + 1);
  std::size_t start = text.find_last_of('\n');
  std::string_view line = text.substr(start == std::string_view::npos ? 0 : start + 1);
  return std::string(line.substr(line.find_first_not_of(white_space)));
}

}  // namespace

ToolCall talosctl_call(const std::filesystem::path& talosconfig, const ApiEndpoint& endpoint,
                       std::vector<std::string> arguments) {
  ToolCall call{.tool = "talosctl",
                .arguments = {"--talosconfig", text_from_path(talosconfig), "-e",
                              endpoint.address, "-n", endpoint.node_address},
                .environment = kubernetes_environment()};
  call.environment["TALOSCONFIG"] = std::nullopt;
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  return call;
}

tl::unexpected<Error> talosctl_failure(const ToolCall& call, const CommandOutput& output, const std::string& what,
                                       ErrorKind kind) {
  std::string text = redact(output.err);
  return failure(kind, fmt::format("{}: {}", what, last_line(text)), command_line(call) + "\n" + text);
}

}  // namespace tbx
