#include "providers/talos/node_answer.h"

#include <algorithm>

#include "providers/parallel.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/talos_node.h"
#include "providers/talos/talosctl.h"

namespace tbx {

namespace {

const std::vector<std::string> ask_status = {"get", "machinestatus", "-o", "json"};
const std::vector<std::string> ask_identity = {"get", "systeminformation", "-o", "json"};

bool has_talosconfig(const Talosctl& talosctl) {
  std::error_code error;
  return std::filesystem::is_regular_file(talosctl.talosconfig(), error);
}

bool is_told(const NodeAnswer& node) {
  return node.state.kind == NodeStateKind::configured || node.state.kind == NodeStateKind::maintenance;
}

void take_status(NodeAnswer& node, std::vector<TalosResource> resources) {
  const TalosResource* status = find_resource(resources, "MachineStatuses.runtime.talos.dev", "machine");
  auto parsed = status == nullptr ? Result<MachineStatus>(failure(ErrorKind::malformed_answer, "no machine status"))
                                  : parse_machine_status(*status);
  if (parsed) {
    bool waits = parsed->stage == TalosStage::maintenance;
    node.state = {waits ? NodeStateKind::maintenance : NodeStateKind::configured, ""};
    node.resources = std::move(resources);
  }
}

/// Through the first control plane, itself first: talosctl gives up on all when the first node fails.
void ask_jointly(Talosctl& talosctl, std::vector<NodeAnswer>& nodes, const std::stop_token& stop) {
  std::vector<NodeAnswer*> asked;
  for (NodeAnswer& node : nodes) {
    if (node.reach.port == PortAnswer::open && node.reach.was_booted) {
      asked.push_back(&node);
    }
  }
  std::ranges::stable_partition(asked, [](const NodeAnswer* node) { return node->reach.is_control_plane; });
  if (asked.size() < 2 || !asked.front()->reach.is_control_plane) {
    return;
  }
  TalosTarget target{asked.front()->reach.host_address, {}};
  for (const NodeAnswer* node : asked) {
    target.nodes.push_back(node->reach.own_name());
  }
  Result<CommandOutput> output = talosctl.run(talosctl.authenticated(target, ask_status), stop);
  auto resources = output ? parse_resources(output->out) : std::vector<TalosResource>{};
  for (NodeAnswer* node : asked) {
    if (resources) {
      take_status(*node, resources_of_node(*resources, node->reach.own_name()));
      node->target = {target.endpoint, {node->reach.own_name()}};
    }
  }
}

/// Asks and remembers; false when the call was cut off, so that the machine is asked no more.
bool try_call(Talosctl& talosctl, const ToolCall& call, NodeAnswer& node, std::optional<CommandOutput>& probe,
              const std::stop_token& stop) {
  Result<CommandOutput> output = talosctl.run(call, stop);
  if (!output) {
    node.state = {NodeStateKind::unknown, output.error().message};
    return false;
  }
  if (auto resources = parse_resources(output->out); output->exit_code == 0 && resources) {
    node.resources = *std::move(resources);
  }
  probe = *std::move(output);
  return true;
}

void identify(Talosctl& talosctl, NodeAnswer& node, const std::stop_token& stop) {
  auto output = talosctl.run(Talosctl::insecure(node.reach.host_address, ask_identity), stop);
  if (auto more = output ? parse_resources(output->out) : std::vector<TalosResource>{}; more) {
    std::ranges::move(*more, std::back_inserter(node.resources));
  }
}

/// A machine that was never booted most likely waits for its config; others most likely have one.
void ask_singly(Talosctl& talosctl, NodeAnswer& node, bool may_authenticate, const std::stop_token& stop) {
  node.target = {node.reach.host_address, {node.reach.own_name()}};
  NodeProbes probes{node.reach.port, {}, {}};
  auto insecure = [&] {
    return try_call(talosctl, Talosctl::insecure(node.reach.host_address, ask_status), node, probes.insecure, stop);
  };
  auto authenticated = [&] {
    return !may_authenticate ||
           try_call(talosctl, talosctl.authenticated(node.target, ask_status), node, probes.authenticated, stop);
  };
  bool has_config = node.reach.was_booted && may_authenticate;
  if (has_config ? !authenticated() : !insecure()) {
    return;
  }
  node.state = judge_node_state(probes);
  const bool is_open = !is_told(node) || (node.state.kind == NodeStateKind::configured && !has_config);
  if (is_open && (has_config ? insecure() : authenticated())) {
    node.state = judge_node_state(probes);
  }
  if (node.state.kind == NodeStateKind::maintenance) {
    identify(talosctl, node, stop);
  }
}

}  // namespace

std::vector<NodeAnswer> ask_nodes(Talosctl& talosctl, std::vector<NodeReach> nodes, const std::stop_token& stop) {
  std::vector<NodeAnswer> answers;
  for (NodeReach& node : nodes) {
    NodeState state = judge_node_state({node.port, {}, {}});
    answers.push_back({std::move(node), std::move(state), {}, {}});
  }
  bool may_authenticate = has_talosconfig(talosctl);
  if (may_authenticate) {
    ask_jointly(talosctl, answers, stop);
  }
  std::vector<NodeAnswer*> silent;
  for (NodeAnswer& node : answers) {
    if (node.reach.port == PortAnswer::open && !is_told(node)) {
      silent.push_back(&node);
    }
  }
  in_parallel(silent.size(), calls_at_once,
              [&](std::size_t i) { ask_singly(talosctl, *silent[i], may_authenticate, stop); });
  return answers;
}

}  // namespace tbx
