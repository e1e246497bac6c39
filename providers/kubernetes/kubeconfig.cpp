#include "providers/kubernetes/kubeconfig.h"

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/kubernetes/talosctl_call.h"

namespace tbx {

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
  return write_kubeconfig(action.credentials, output->out, endpoint.address);
}

}  // namespace tbx
