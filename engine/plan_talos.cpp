// From a running VM to a Talos that runs with the wanted machine config.
#include <algorithm>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/machine_config.h"
#include "engine/ownership.h"
#include "engine/planning.h"
#include "specs/versions.h"

namespace tbx {

namespace {

using Config = std::map<std::string, std::string>;

const std::string* value_at(const Config& config, const std::string& path) {
  auto place = config.find(path);
  return place == config.end() ? nullptr : &place->second;
}

/// Both maps are sorted, so one walk finds what was added, taken away and changed.
std::vector<Change> config_changes(const Config& running, const Config& wanted) {
  std::vector<Change> changes;
  for (const auto& [path, value] : wanted) {
    const std::string* now = value_at(running, path);
    bool is_gone_as_wanted = now == nullptr && value == json_null();
    if (!is_gone_as_wanted && (now == nullptr || *now != value)) {
      changes.push_back({path, now == nullptr ? json_null() : *now, value});
    }
  }
  for (const auto& [path, value] : running) {
    if (value_at(wanted, path) == nullptr && value != json_null()) {
      changes.push_back({path, value, json_null()});
    }
  }
  std::ranges::sort(changes, {}, &Change::field);
  return changes;
}

/// What a living cluster runs; else what the file says, or what this Talos brings.
std::string kubernetes_for_new_nodes(const Planning& planning) {
  if (!planning.found.kubernetes.version.empty()) {
    return planning.found.kubernetes.version;
  }
  const ClusterSpec& wanted = planning.wanted;
  return wanted.kubernetes_version.empty() ? default_kubernetes_version(planning.releases.for_new_nodes)
                                           : wanted.kubernetes_version;
}

EtcdState members_but(EtcdState etcd, const std::string& node) {
  std::erase_if(etcd.members, [&](const EtcdMember& member) { return member.node == node; });
  return etcd;
}

/// A node that comes up blank: wait for it, configure it, wait until it has installed itself.
void configure_blank(Planning& planning, NodePlan& node, const Config& config) {
  const std::string& name = node.spec->name;
  node.address =
      planning.builder.add({AwaitAddress{name}, fmt::format("{} boots from the image", name)}, {node.running});
  EtcdState others = members_but(planning.settled, name);
  node.configured =
      planning.builder.add({ApplyConfig{name, config, ConfigMode::at_once, kubernetes_for_new_nodes(planning),
                                        planning.releases.for_new_nodes},
                            fmt::format("{} has no machine config", name),
                            Impact::none,
                            {{"machineConfig", json_text("absent"), json_text("present")}},
                            node.spec->role == Role::control_plane ? &others : nullptr},
                           {node.address, planning.secrets, planning.no_new_nodes});
  node.talos_ready =
      planning.builder.add({AwaitTalos{name}, fmt::format("{} installs Talos and restarts", name)}, {node.configured});
}

/// What its disk holds is only believed where Kubernetes or the mark says that it was configured, or where it has just
/// been seen to run.
void wake_up(Planning& planning, NodePlan& node) {
  const std::string& name = node.spec->name;
  node.address = planning.builder.add({AwaitAddress{name}, fmt::format("{} starts", name)}, {node.running});
  bool is_etcd_node = node.spec->role == Role::control_plane && planning.phase != EtcdPhase::never_bootstrapped &&
                      planning.phase != EtcdPhase::unknown;
  if (node.kubernetes != nullptr || is_etcd_node || has_config(node)) {
    node.talos_ready = planning.builder.add({AwaitTalos{name}, fmt::format("{} starts", name)}, {node.address});
  } else {
    planning.builder.unknown(System::talos, fmt::format("what {} runs is known once it has started", name));
  }
}

void await_silent(Planning& planning, NodePlan& node, const std::string& reason) {
  const std::string& name = node.spec->name;
  planning.builder.unknown(System::talos, reason.empty() ? fmt::format("{} does not answer", name) : reason);
  if (planning.found.talos_presence != Presence::unknown) {
    node.address = planning.builder.add({AwaitAddress{name}, fmt::format("{} runs and does not answer yet", name)});
  }
}

/// What differs, unless nothing may be changed there.
std::vector<Change> changes_to_make(const Planning& planning, const NodePlan& node, const Config& config) {
  std::vector<Change> changes = config_changes(node.talos->config, config);
  auto moves_a_network = [](const Change& change) {
    return change.field == "cluster.network.podSubnets" || change.field == "cluster.network.serviceSubnets";
  };
  bool is_refused = planning.phase == EtcdPhase::living && std::ranges::any_of(changes, moves_a_network);
  return is_refused ? std::vector<Change>{} : changes;
}

bool any_needs_reboot(const std::vector<Change>& changes) {
  return std::ranges::any_of(changes, [](const Change& change) { return needs_reboot(change.field); });
}

std::string difference_text(const NodePlan& node, const std::vector<Change>& changes) {
  return fmt::format("machine config of {} differs in {} field{}", node.spec->name, changes.size(),
                     changes.size() == 1 ? "" : "s");
}

void change_config(Planning& planning, NodePlan& node, const Config& config) {
  std::vector<Change> changes = changes_to_make(planning, node, config);
  bool reboots = any_needs_reboot(changes);
  if (changes.empty() || (reboots && !may_be_stopped(planning, node))) {
    return;
  }
  const std::string& name = node.spec->name;
  std::string reason = difference_text(node, changes);
  ApplyConfig apply{name, config, reboots ? ConfigMode::reboot : ConfigMode::at_once};
  if (reboots && !planning.builder.why_refused(apply, &planning.settled)) {
    node.drained = plan_drain(planning, node, reason);
    node.led = plan_hand_over(planning, node, reason, node.drained);
  }
  node.configured = planning.builder.add(
      {std::move(apply), reason, reboots ? Impact::restart : Impact::in_place, changes, &planning.settled},
      {node.drained, node.led});
  if (reboots) {
    node.disturbed = node.drained.exists() ? node.drained : (node.led.exists() ? node.led : node.configured);
    node.talos_ready = planning.builder.add({AwaitTalos{name}, fmt::format("{} restarts with its new config", name)},
                                            {node.configured});
  }
}

/// A machine that is stopped for its size anyway takes another config along: one restart for both.
void change_config_before_stop(Planning& planning, NodePlan& node, const Config& config) {
  bool is_running =
      node.talos != nullptr && node.talos->presence == Presence::present && node.talos->stage == TalosStage::running;
  if (!node.stopped.exists() || !is_running || planning.builder.is_refused(node.stopped)) {
    return;
  }
  std::vector<Change> changes = changes_to_make(planning, node, config);
  if (changes.empty()) {
    return;
  }
  ConfigMode mode = any_needs_reboot(changes) ? ConfigMode::staged : ConfigMode::at_once;
  Step configured = planning.builder.add({ApplyConfig{node.spec->name, config, mode}, difference_text(node, changes),
                                          Impact::in_place, changes, &planning.settled},
                                         {node.drained, node.led});
  planning.builder.order(configured, node.stopped);
}

void plan_running(Planning& planning, NodePlan& node, const Config& config) {
  const std::string& name = node.spec->name;
  const TalosNode* talos = node.talos;
  if (!answers(node)) {
    await_silent(planning, node, talos == nullptr ? "" : talos->reason);
    return;
  }
  if (talos->stage == TalosStage::maintenance) {
    configure_blank(planning, node, config);
    return;
  }
  // Without etcd a control plane's boot does not come to its end, and its config can be read and changed all the same.
  bool waits_for_etcd = talos->stage == TalosStage::booting && node.spec->role == Role::control_plane &&
                        (planning.phase == EtcdPhase::never_bootstrapped || planning.phase == EtcdPhase::lost ||
                         planning.quorum_lost.exists());
  if (talos->stage != TalosStage::running && !waits_for_etcd) {
    node.talos_ready = planning.builder.add({AwaitTalos{name}, fmt::format("Talos on {} is not running yet", name)});
    return;
  }
  change_config(planning, node, config);
}

}  // namespace

void plan_talos(Planning& planning) {
  const ConfigFacts facts = config_facts(planning.wanted, planning.found, planning.network);
  for (NodePlan& node : planning.nodes) {
    Config config = wanted_config(planning.wanted, *node.spec, facts);
    switch (node.boot) {
      case Boot::blank:
        configure_blank(planning, node, config);
        break;
      case Boot::restarts:
        change_config_before_stop(planning, node, config);
        wake_up(planning, node);
        break;
      case Boot::stays:
        plan_running(planning, node, config);
        break;
      case Boot::never:
        break;
    }
  }
}

}  // namespace tbx
