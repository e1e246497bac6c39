// kubectl: its calls as argument vectors, and what became of them.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "providers/kubernetes_failure.h"
#include "providers/tools.h"

namespace tbx {

/// Seconds that one request of a look may take. kubectl asks up to five times what kinds there are before it gives up.
inline constexpr int kubectl_request_seconds = 10;
/// Seconds that a whole look may take.
inline constexpr double kubectl_look_seconds = 30;
/// Seconds that a change may take, admission webhooks included.
inline constexpr double kubectl_change_seconds = 60;

/// Calls go to one control plane's address, and name what they mean by `--flag=value`, so that the words of a message
/// can be told from them.
class Kubectl {
 public:
  /// `credentials`: the folder `_out/<cluster>`, where the kubeconfig lies.
  Kubectl(Tools& tools, const std::filesystem::path& credentials);

  ToolCall look(const std::string& address, std::vector<std::string> arguments) const;
  /// `input` is the manifest that `--filename=-` reads.
  ToolCall change(const std::string& address, std::vector<std::string> arguments, std::string input = {}) const;

  /// Only exit code 0 is a success: then what it printed; else what stderr means.
  tl::expected<std::string, KubernetesFailure> ask(const ToolCall& call, std::stop_token stop = {}) const;
  /// Whatever its exit code; errors as Tools gives them.
  Result<CommandOutput> run(const ToolCall& call, std::stop_token stop = {}) const { return tools_.run(call, stop); }

  const std::filesystem::path& kubeconfig() const { return kubeconfig_; }

 private:
  Tools& tools_;
  std::filesystem::path kubeconfig_;
};

/// "kubectl get nodes on 10.0.0.2": begins the messages about a call.
std::string described(const ToolCall& call, const std::string& address);

/// kubectl and Helm would go through proxies to machines on our own switch; the user's own kubeconfig is no business of
/// ours.
ToolEnvironment kubernetes_environment();

}  // namespace tbx
