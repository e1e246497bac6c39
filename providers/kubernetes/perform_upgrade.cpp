// Kubernetes itself: Talos patches the control plane's pods, then every kubelet, node by node.
#include <algorithm>
#include <chrono>
#include <future>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/kubernetes/objects.h"
#include "providers/kubernetes/perform.h"
#include "providers/kubernetes/talosctl_call.h"
#include "specs/versions.h"

namespace tbx {

namespace {

/// The op's own deadline comes by its stop token; this only keeps a forgotten one from running for ever.
constexpr double longest_upgrade_seconds = 6 * 3600;
constexpr auto between_looks = std::chrono::seconds(5);
/// Talos waits for the kubelets; what it does not wait for is the Nodes' status.
constexpr auto time_to_settle = std::chrono::minutes(2);

ToolCall upgrade_call(const KubernetesAction& action, const ApiEndpoint& endpoint, const std::string& version) {
  ToolCall call = talosctl_call(
      action.talosconfig(), endpoint,
      {"upgrade-k8s", "--to", version.starts_with('v') ? version.substr(1) : version, "--endpoint",
       fmt::format("https://{}:{}", endpoint.address, api_port), "--with-docs=false", "--with-examples=false"});
  call.deadline_seconds = longest_upgrade_seconds;
  call.effect = ToolEffect::changes;
  return call;
}

/// What still runs another version: "the API server runs v1.34.1", "2 of 3 kubelets run another version than v1.35.4
/// (a, b)". Empty when all is well.
Result<std::string> what_is_left(const KubernetesAction& action, const std::string& address,
                                 const std::string& version) {
  KubernetesAnswer server = action.kubectl.ask(action.kubectl.look(address, {"get", "--raw=/version"}), action.stop);
  KubernetesAnswer list =
      server ? action.kubectl.ask(action.kubectl.look(address, {"get", "nodes", "--output=json"}), action.stop)
             : server;
  if (!list) {
    return tl::unexpected(list.error().error);
  }
  Result<std::string> running = parse_server_version(*server);
  Result<KubernetesObjects> objects = parse_objects(*list, action.context.spec, "");
  if (!running || !objects) {
    return tl::unexpected(running ? objects.error() : running.error());
  }
  std::vector<std::string> others;
  for (const KubernetesNode& node : objects->nodes) {
    if (node.kubelet_version != version) {
      others.push_back(node.name);
    }
  }
  if (*running != version) {
    return fmt::format("the API server runs {}", *running);
  }
  return others.empty() ? ""
                        : fmt::format("{} of {} kubelets run another version than {} ({})", others.size(),
                                      objects->nodes.size(), version, fmt::join(others, ", "));
}

void tell_once(const KubernetesAction& action, const std::string& what, std::string& told) {
  if (what != told) {
    told = what;
    tell(action, told);
  }
}

bool is_no_path(const CommandOutput& output) {
  return output.err.find("unsupported upgrade path") != std::string::npos;
}

/// Tells how far it is while talosctl runs, which prints its steps only for a terminal to see.
Result<CommandOutput> run_upgrade(const KubernetesAction& action, const ApiEndpoint& endpoint, const ToolCall& call,
                                  const std::string& version) {
  std::string told;
  auto running = std::async(std::launch::async, [&] { return action.tools.run(call, action.stop); });
  tell_once(action, "Talos pulls the images of the control plane", told);
  while (running.wait_for(between_looks) != std::future_status::ready) {
    if (Result<std::string> left = what_is_left(action, endpoint.address, version); left && !left->empty()) {
      tell_once(action, *left, told);
    }
  }
  return running.get();
}

Status verify(const KubernetesAction& action, const std::string& address, const std::string& version) {
  auto until = std::chrono::steady_clock::now() + time_to_settle;
  std::string told;
  while (true) {
    Result<std::string> left = what_is_left(action, address, version);
    if (left && left->empty()) {
      return {};
    }
    std::string why = left ? *left : left.error().message;
    if (std::chrono::steady_clock::now() > until) {
      return failure(ErrorKind::rejected, fmt::format("Kubernetes was upgraded to {}, and yet {}", version, why));
    }
    tell_once(action, why, told);
    if (!pause(action)) {
      return cancelled(fmt::format("stopped while Kubernetes was upgraded to {}: {}", version, why));
    }
  }
}

}  // namespace

Status perform(const KubernetesAction& action, const UpgradeKubernetes& op) {
  Result<ApiEndpoint> endpoint = api_for_action(action.context.spec, action.context.found, action.credentials);
  if (!endpoint) {
    return tl::unexpected(endpoint.error());
  }
  if (Result<std::string> left = what_is_left(action, endpoint->address, op.version); left && left->empty()) {
    return {};
  }
  ToolCall call = upgrade_call(action, *endpoint, op.version);
  Result<CommandOutput> output = run_upgrade(action, *endpoint, call, op.version);
  if (!output) {
    return tl::unexpected(output.error());
  }
  if (output->exit_code != 0) {
    return talosctl_failure(call, *output,
                            is_no_path(*output)
                                ? fmt::format("Kubernetes can't be upgraded to {} in one step", op.version)
                                : fmt::format("the upgrade of Kubernetes to {} ended early", op.version),
                            ErrorKind::rejected);
  }
  return verify(action, endpoint->address, op.version);
}

}  // namespace tbx
