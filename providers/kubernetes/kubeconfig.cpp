#include "providers/kubernetes/kubeconfig.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/kubernetes/talosctl_call.h"
#include "providers/private_file.h"

namespace tbx {

namespace {

/// The address that Talos writes is the control plane's endpoint, which need not be reachable from here.
std::string with_server(std::string_view kubeconfig, const std::string& address) {
  constexpr std::string_view key = "server: ";
  std::size_t start = kubeconfig.find(key);
  if (start == std::string_view::npos) {
    return std::string(kubeconfig);
  }
  start += key.size();
  std::size_t end = std::min(kubeconfig.find('\n', start), kubeconfig.size());
  return fmt::format("{}https://{}:{}{}", kubeconfig.substr(0, start), address, api_port, kubeconfig.substr(end));
}

}  // namespace

Status fetch_kubeconfig(const KubernetesAction& action, const ApiEndpoint& endpoint) {
  std::error_code error;
  const std::filesystem::path talosconfig = action.talosconfig();
  if (!std::filesystem::exists(talosconfig, error)) {
    return failure(ErrorKind::unreachable, "there is no talosconfig to ask Talos with");
  }
  ToolCall call = talosctl_call(talosconfig, endpoint, {"kubeconfig", "--merge=false", "--force", "-"});
  Result<CommandOutput> output = action.tools.run(call, action.stop);
  if (!output) {
    return tl::unexpected(output.error());
  }
  if (output->exit_code != 0) {
    return talosctl_failure(call, *output, fmt::format("{} gives no kubeconfig", endpoint.node),
                            ErrorKind::unreachable);
  }
  if (output->out.find("certificate-authority-data: ") == std::string::npos) {
    return failure(ErrorKind::malformed_answer, fmt::format("{} printed no kubeconfig", command_line(call)));
  }
  return write_private_file(credential_paths(action.credentials).kubeconfig,
                            with_server(output->out, endpoint.address));
}

}  // namespace tbx
