#include "providers/talos/talos_look.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/talos/node_details.h"
#include "providers/talos/parse_machine_config.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/running_config.h"
#include "providers/talos/talos_node.h"

namespace tbx {

namespace {

/// Whose machines or disks are there, or should be.
std::vector<std::string> control_planes(const ClusterSpec& spec, const Observed& found) {
  std::set<std::string> names;
  for (const std::string& node : control_planes_in(spec, all_nodes(spec, found))) {
    names.insert(node);
  }
  for (const Disk& disk : found.host.disks) {
    if (is_ours(disk.mark, spec, found.credentials) && is_control_plane_name(spec, disk.node)) {
      names.insert(disk.node);
    }
  }
  return {names.begin(), names.end()};
}

bool asks_for_etcd(const Scope& scope) { return scope.whole || scope.membership; }

std::vector<std::string> nodes_to_ask(const TalosLook& look, const Observed& found) {
  std::set<std::string> names(look.scope.nodes.begin(), look.scope.nodes.end());
  if (look.scope.whole) {
    std::ranges::copy(all_nodes(look.spec, found), std::inserter(names, names.end()));
  }
  if (asks_for_etcd(look.scope)) {
    std::ranges::copy(control_planes_in(look.spec, all_nodes(look.spec, found)), std::inserter(names, names.end()));
  }
  return {names.begin(), names.end()};
}

/// What is known of data on a disk that no Talos speaks about.
Presence data_on(const Disk* disk) {
  return disk == nullptr || !disk->was_booted ? Presence::absent : Presence::unknown;
}

/// What follows from the host alone.
TalosNode node_by_its_machine(const ClusterSpec& spec, const std::string& node, const Observed& found) {
  TalosNode talos;
  if (found.host.presence != Presence::present) {
    talos.reason = fmt::format("where {} is can't be learned: {}", node, found.host.reason);
    return talos;
  }
  const Machine* machine = our_machine(found, spec, node);
  const bool runs = machine != nullptr && machine->power == Power::running;
  talos.etcd_data =
      data_on(machine == nullptr ? disk_of(found, spec, node) : disk_at(found.host, machine->disk_path, node));
  if (!runs) {
    talos.presence = Presence::absent;
    talos.reason = fmt::format("machine {} is {}", node, machine == nullptr ? "absent" : "off");
    return talos;
  }
  talos.presence = Presence::present;
  talos.stage = TalosStage::unreachable;
  talos.reason =
      fmt::format("{} {}", node, machine->dhcp_address.empty() ? "has no address yet" : "does not answer yet");
  return talos;
}

/// Of the newest image that was installed: an extension of that name tells it.
std::string schematic_in(const std::vector<TalosResource>& resources) {
  for (const TalosResource& resource : resources) {
    const auto metadata = resource.spec.is_object() ? resource.spec.find("metadata") : resource.spec.end();
    if (resource.type == "ExtensionStatuses.runtime.talos.dev" && metadata != resource.spec.end() &&
        metadata->is_object() && lenient_text(*metadata, "name") == "schematic") {
      return lenient_text(*metadata, "version");
    }
  }
  return {};
}

TalosNode unread(const std::string& node, const NodeReach& reach, const std::string& why) {
  TalosNode talos;
  talos.reason = fmt::format("{} at {} answers, and can't be read: {}", node, reach.host_address, why);
  return talos;
}

void take_config(const TalosLook& look, const NodeAnswer& answer, const NodeDetails& details, const Observed& found,
                 TalosNode& talos) {
  auto config = running_config(look.spec, answer.reach.node, details.resources, look.configs, look.key, found);
  if (!config) {
    talos = unread(answer.reach.node, answer.reach, config.error().message);
    return;
  }
  talos.addresses = {answer.reach.host_address};
  if (config->has_address(answer.reach.node_address)) {
    talos.addresses.push_back(answer.reach.node_address);
    std::ranges::sort(talos.addresses);
  }
  talos.config = std::move(config->overlay);
  talos.hostname = std::move(config->hostname);
}

TalosNode configured_node(const TalosLook& look, const NodeAnswer& answer, const ClusterDetails& all,
                          const Observed& found) {
  const std::string& node = answer.reach.node;
  auto details = all.nodes.find(node);
  std::vector<TalosResource> resources = answer.resources;
  if (details != all.nodes.end()) {
    std::ranges::copy(details->second.resources, std::back_inserter(resources));
  }
  TalosNode talos = make_talos_node(resources);
  bool is_whole = details != all.nodes.end() && !details->second.version.empty() && !talos.uuid.empty();
  if (!is_whole) {
    auto why = all.why_unread.find(node);
    return unread(node, answer.reach,
                  why != all.why_unread.end() ? why->second
                  : answer.resources.empty()  ? "it is configured, and there is no talosconfig to ask it with"
                                              : "an answer was missing");
  }
  talos.version = details->second.version;
  talos.schematic = schematic_in(details->second.resources);
  auto data = all.etcd_data.find(node);
  talos.etcd_data = !answer.reach.is_control_plane ? Presence::absent
                    : data == all.etcd_data.end()  ? Presence::unknown
                                                   : data->second;
  take_config(look, answer, details->second, found, talos);
  return talos;
}

/// In maintenance it has no config, so no etcd: what a disk of before may hold, the marks remember.
TalosNode waiting_node(const NodeAnswer& answer) {
  TalosNode talos = make_talos_node(answer.resources);
  talos.presence = Presence::present;
  talos.stage = TalosStage::maintenance;
  talos.version.clear();
  talos.addresses = {answer.reach.host_address};
  talos.etcd_data = Presence::absent;
  return talos;
}

TalosNode node_by_its_answer(const TalosLook& look, const NodeAnswer& answer, const ClusterDetails& all,
                             const Observed& found) {
  TalosNode talos;
  switch (answer.state.kind) {
    case NodeStateKind::unreachable:
      talos = node_by_its_machine(look.spec, answer.reach.node, found);
      talos.reason = fmt::format("{} does not answer yet: {}", answer.reach.node, answer.state.reason);
      return talos;
    case NodeStateKind::maintenance:
      return waiting_node(answer);
    case NodeStateKind::configured:
      return configured_node(look, answer, all, found);
    case NodeStateKind::foreign:
      talos.reason =
          fmt::format("{} answers, and its certificate is of other secrets than those in _out", answer.reach.node);
      return talos;
    case NodeStateKind::unknown:
      break;
  }
  return unread(answer.reach.node, answer.reach, answer.state.reason);
}

void fill_in_etcd(const TalosLook& look, ClusterDetails& details, Observed& found) {
  for (const std::string& node : control_planes(look.spec, found)) {
    auto talos = found.talos.find(node);
    TalosNode by_machine = talos == found.talos.end() ? node_by_its_machine(look.spec, node, found) : talos->second;
    details.etcd.data[node] = by_machine.etcd_data;
    if (by_machine.etcd_data == Presence::unknown && details.etcd.reason.empty()) {
      details.etcd.reason = by_machine.reason;
    }
  }
  if (details.etcd.reason.empty()) {
    details.etcd.reason = found.host.reason;
  }
  found.etcd = make_etcd_state(details.etcd);
}

}  // namespace

void look_at_talos(const TalosLook& look, Observed& found) {
  std::vector<std::string> nodes = nodes_to_ask(look, found);
  if (look.scope.whole) {
    found.talos.clear();
  }
  for (const std::string& node : nodes) {
    found.talos[node] = node_by_its_machine(look.spec, node, found);
  }
  std::vector<NodeReach> reached = reach_of(look.spec, found, nodes);
  probe(reached);
  std::vector<NodeAnswer> answers = ask_nodes(look.talosctl, std::move(reached));
  ClusterDetails details =
      ask_details(look.talosctl, answers, {!look.spec.schematic.empty(), asks_for_etcd(look.scope)});
  for (const NodeAnswer& answer : answers) {
    found.talos[answer.reach.node] = node_by_its_answer(look, answer, details, found);
  }
  if (asks_for_etcd(look.scope)) {
    fill_in_etcd(look, details, found);
  }
}

}  // namespace tbx
