// Waiting for the API, for a Node, and for a Node to be lost: what is not so yet is told while it is not.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/credentials.h"
#include "providers/kubernetes/kubeconfig.h"
#include "providers/kubernetes/objects.h"
#include "providers/kubernetes/perform.h"
#include "providers/poll.h"

namespace tbx {

namespace {

/// Looks until it is so. Where the API does not answer, the host is looked at again: addresses move.
Status wait_until(const KubernetesAction& action, const std::string& what,
                  const std::function<Waiting(const Observed&)>& look) {
  Observed found = action.context.found;
  HostWatch host(action.context);
  std::string told;
  while (true) {
    Waiting wait = look(found);
    if (wait.is_over && !wait.error) {
      return {};
    }
    if (action.stop.stop_requested()) {
      return cancelled(fmt::format("stopped while waiting for {}{}{}", what, told.empty() ? "" : ": ", told));
    }
    bool has_looked = host.look(found);
    if (wait.error && !has_looked) {
      return tl::unexpected(*wait.error);
    }
    if (!wait.for_what.empty() && wait.for_what != told) {
      told = wait.for_what;
      tell(action, told);
    }
    if (!pause(action)) {
      return cancelled(fmt::format("stopped while waiting for {}{}{}", what, told.empty() ? "" : ": ", told));
    }
  }
}

CredentialState credentials_in(const KubernetesAction& action) {
  CredentialReader reader(action.credentials);
  return reader.observe();
}

Error rejected(std::string message) { return {ErrorKind::rejected, std::move(message), ""}; }

bool any_control_plane_runs(const ClusterSpec& spec, const Observed& found) {
  return std::ranges::any_of(found.host.machines, [&](const Machine& machine) {
    return is_control_plane_name(spec, machine.name) && machine.power == Power::running &&
           is_ours(machine.mark, spec, found.credentials);
  });
}

/// A kubeconfig that leads nowhere: of another cluster, or too old.
bool needs_another_kubeconfig(KubernetesTrouble trouble) {
  return trouble == KubernetesTrouble::unauthorized || trouble == KubernetesTrouble::unknown_authority ||
         trouble == KubernetesTrouble::certificate_expired || trouble == KubernetesTrouble::no_credentials;
}

/// "[-]poststarthook/rbac/bootstrap-roles failed: reason withheld" in the answer of /readyz.
std::string failing_check(const std::string& text) {
  constexpr std::string_view mark = "[-]";
  std::size_t start = text.find(mark);
  if (start == std::string::npos) {
    return "";
  }
  start += mark.size();
  return text.substr(start, text.find(' ', start) - start);
}

std::string starting(const KubernetesFailure& failure) {
  std::string check = failing_check(failure.error.detail);
  std::string why = check.empty() ? failure.sentence : check + " is not ready";
  return fmt::format("the API server is starting ({})", why);
}

/// Fetches the kubeconfig, once: another one would be the same. `error`: what is wrong with the one that is there.
Waiting renew_kubeconfig(const KubernetesAction& action, const ApiEndpoint& endpoint, bool& renewed,
                         const Error& error) {
  if (renewed) {
    return never(error);
  }
  Status fetched = fetch_kubeconfig(action, endpoint);
  if (!fetched && fetched.error().kind == ErrorKind::malformed_answer) {
    return never(fetched.error());
  }
  renewed = fetched.has_value();
  return not_yet(fetched ? "the API server is starting" : fetched.error().message);
}

/// Asks /readyz; `renewed`: whether the kubeconfig was fetched anew already.
Waiting look_at_api(const KubernetesAction& action, const Observed& found, bool& renewed) {
  const ClusterSpec& spec = action.context.spec;
  CredentialState credentials = credentials_in(action);
  Result<ApiEndpoint> endpoint = find_api_endpoint(spec, found, credentials.kubeconfig_server);
  if (!endpoint) {
    const std::string& why = endpoint.error().message;
    return any_control_plane_runs(spec, found)
               ? not_yet(why)
               : never(rejected(fmt::format("the Kubernetes API can't answer: {}", why)));
  }
  if (credentials.kubeconfig != Presence::present) {
    return renew_kubeconfig(action, *endpoint, renewed,
                            rejected(fmt::format("the kubeconfig that {} gives can't be read", endpoint->node)));
  }
  KubernetesAnswer answer =
      action.kubectl.ask(action.kubectl.look(endpoint->address, {"get", "--raw=/readyz"}), action.stop);
  if (answer) {
    return it_is_so();
  }
  const KubernetesFailure& failure = answer.error();
  if (needs_another_kubeconfig(failure.trouble)) {
    return renew_kubeconfig(action, *endpoint, renewed, failure.error);
  }
  return failure.error.kind == ErrorKind::rejected ? never(failure.error) : not_yet(starting(failure));
}

/// Nothing comes of waiting for a machine that is not there, or off.
std::optional<Error> why_never(const Machine* machine, const std::string& node) {
  if (machine == nullptr) {
    return rejected(fmt::format("machine {} is absent", node));
  }
  if (machine->power != Power::running) {
    return rejected(fmt::format("machine {} is {}", node, machine->power == Power::off ? "off" : "saved or paused"));
  }
  return std::nullopt;
}

/// The Node as kubectl printed it; nothing when there is none.
struct NodeText {
  std::string text;
  std::optional<Waiting> instead = {};  ///< where there is no Node to look at
};

NodeText read_node(const KubernetesAction& action, const Observed& found, const std::string& name,
                   const Waiting& without_node) {
  Result<ApiEndpoint> endpoint = api_for_action(action.context.spec, found, action.credentials);
  if (!endpoint) {
    bool may_come = endpoint.error().kind == ErrorKind::unreachable;
    return {"", may_come ? not_yet(endpoint.error().message) : never(endpoint.error())};
  }
  KubernetesAnswer answer = action.kubectl.ask(
      action.kubectl.look(endpoint->address, {"get", "nodes", name, "--output=json", "--show-managed-fields"}),
      action.stop);
  if (answer) {
    return {std::move(*answer)};
  }
  const KubernetesFailure& failure = answer.error();
  if (failure.trouble == KubernetesTrouble::not_found) {
    return {"", without_node};
  }
  return {"", failure.error.kind == ErrorKind::rejected ? never(failure.error) : not_yet(failure.error.message)};
}

bool is_about_network(const std::string& reason) {
  return reason.find("NetworkPluginNotReady") != std::string::npos ||
         reason.find("cni plugin not initialized") != std::string::npos;
}

Waiting judge_node(const std::string& text, const Machine& machine) {
  Result<KubernetesNode> node = parse_node_object(text);
  Result<std::string> reason = parse_unready_reason(text);
  if (!node || !reason) {
    return not_yet(node ? reason.error().message : node.error().message);
  }
  if (!node->system_uuid.empty() && !machine.bios_guid.empty() && node->system_uuid != machine.bios_guid) {
    return not_yet("the Node is still that of another machine");
  }
  if (reason->empty()) {
    return it_is_so();
  }
  return not_yet(is_about_network(*reason) ? "the Node is NotReady: its network is not there yet"
                                           : fmt::format("the Node is NotReady: {}", *reason));
}

}  // namespace

Status perform(const KubernetesAction& action, const AwaitApi&) {
  bool renewed = false;
  return wait_until(action, "the Kubernetes API",
                    [&](const Observed& found) { return look_at_api(action, found, renewed); });
}

Status perform(const KubernetesAction& action, const AwaitNode& op) {
  return wait_until(action, op.target, [&](const Observed& found) {
    const Machine* machine = our_machine(found, action.context.spec, op.target);
    if (auto error = why_never(machine, op.target)) {
      return never(*error);
    }
    NodeText node = read_node(action, found, op.target, not_yet("its kubelet has not registered a Node yet"));
    return node.instead ? *node.instead : judge_node(node.text, *machine);
  });
}

Status perform(const KubernetesAction& action, const AwaitNodeLost& op) {
  return wait_until(action, fmt::format("the kubelet of {} to be given up", op.target), [&](const Observed& found) {
    NodeText text = read_node(action, found, op.target, it_is_so());
    if (text.instead) {
      return *text.instead;
    }
    Result<KubernetesNode> node = parse_node_object(text.text);
    if (!node) {
      return not_yet(node.error().message);
    }
    return node->ready ? not_yet("the Node is Ready all the same: a machine may run somewhere else") : it_is_so();
  });
}

}  // namespace tbx
