// Kubernetes' side of the nodes: registered, Ready, labelled, schedulable.
#include <algorithm>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/planning.h"

namespace tbx {

namespace {

std::string taint_text(const Taint& taint) {
  const char* effect = taint.effect == TaintEffect::no_schedule          ? "NoSchedule"
                       : taint.effect == TaintEffect::prefer_no_schedule ? "PreferNoSchedule"
                                                                         : "NoExecute";
  return fmt::format("{}={}:{}", taint.key, taint.value, effect);
}

std::vector<std::string> wanted_taints(const NodeSpec& spec) {
  std::vector<std::string> taints;
  std::ranges::transform(spec.taints, std::back_inserter(taints), taint_text);
  std::ranges::sort(taints);
  return taints;
}

std::vector<Change> label_changes(const std::map<std::string, std::string>& now,
                                  const std::map<std::string, std::string>& wanted) {
  std::vector<Change> changes;
  for (const auto& [key, value] : wanted) {
    auto place = now.find(key);
    if (place == now.end() || place->second != value) {
      changes.push_back(
          {"labels." + key, place == now.end() ? json_null() : json_text(place->second), json_text(value)});
    }
  }
  for (const auto& [key, value] : now) {
    if (!wanted.contains(key)) {
      changes.push_back({"labels." + key, json_text(value), json_null()});
    }
  }
  return changes;
}

std::string list_text(const std::vector<std::string>& values) {
  return json_text(fmt::format("{}", fmt::join(values, ", ")));
}

/// A Node of the right name that is another machine's: left by a VM that somebody made anew.
bool is_of_another_machine(const NodePlan& node) {
  return node.kubernetes != nullptr && node.machine != nullptr && node.boot == Boot::stays &&
         !node.kubernetes->system_uuid.empty() && !node.machine->bios_guid.empty() &&
         node.kubernetes->system_uuid != node.machine->bios_guid;
}

void plan_labels(Planning& planning, const NodePlan& node) {
  static const std::map<std::string, std::string> no_labels;
  static const std::vector<std::string> no_taints;
  bool will_be_new = node.kubernetes == nullptr || node.boot == Boot::blank || is_of_another_machine(node);
  const auto& labels = will_be_new ? no_labels : node.kubernetes->labels;
  const auto& taints = will_be_new ? no_taints : node.kubernetes->taints;
  std::vector<std::string> wanted = wanted_taints(*node.spec);
  std::vector<Change> changes = label_changes(labels, node.spec->labels);
  if (taints != wanted) {
    changes.push_back({"taints", list_text(taints), list_text(wanted)});
  }
  if (changes.empty()) {
    return;
  }
  planning.builder.add(
      {LabelNode{node.spec->name, node.spec->labels, std::move(wanted)},
       fmt::format("labels or taints of {} differ", node.spec->name), Impact::in_place, std::move(changes)},
      {node.ready});
}

/// Whether the node's network is there or planned: without it a wait for Ready would only run into its deadline.
bool network_is_known(const Planning& planning, const NodePlan& node) {
  bool was_ready = node.kubernetes != nullptr && node.kubernetes->ready;
  return was_ready || planning.found.helm.presence != Presence::unknown ||
         std::ranges::none_of(planning.wanted.addons, &AddonSpec::is_cni);
}

/// The kubelet registers its Node when it starts, and never again.
Step register_again(Planning& planning, const NodePlan& node) {
  bool runs = node.boot == Boot::stays && node.talos != nullptr && node.talos->presence == Presence::present &&
              node.talos->stage == TalosStage::running;
  bool is_wrong = is_of_another_machine(node);
  if (!runs || (node.kubernetes != nullptr && !is_wrong) || planning.found.kubernetes.presence != Presence::present ||
      !network_is_known(planning, node)) {
    return {};
  }
  const std::string& name = node.spec->name;
  if (!is_wrong) {
    return planning.builder.add({RestartKubelet{name},
                                 fmt::format("Node {} is absent", name),
                                 Impact::in_place,
                                 {{"node", json_text("absent"), json_text("present")}}},
                                {node.configured});
  }
  std::string reason = fmt::format("Node {} is of a machine with another UUID than its VM", name);
  Step deleted = plan_node_deletion(planning, *node.kubernetes, reason, {});
  return planning.builder.add(
      {RestartKubelet{name},
       reason,
       Impact::in_place,
       {{"systemUUID", json_text(node.kubernetes->system_uuid), json_text(node.machine->bios_guid)}}},
      {deleted, node.configured, node.talos_ready});
}

void await_ready(Planning& planning, NodePlan& node, const std::vector<Step>& networks) {
  Step registered = register_again(planning, node);
  bool is_ready = node.kubernetes != nullptr && node.kubernetes->ready && !registered.exists();
  bool comes_up = node.talos_ready.exists();
  // While the API can't be asked, only what starts now is waited for: of the others it is not known that they are not
  // Ready.
  bool is_unknown = planning.found.kubernetes.presence == Presence::unknown && !comes_up;
  // Before it has a config there is no kubelet that could register.
  bool may_lack_config = node.kubernetes == nullptr && node.boot == Boot::stays && !comes_up && !has_config(node);
  bool will_have_api = planning.api.exists() || planning.found.kubernetes.presence == Presence::present;
  if (is_unknown || may_lack_config || (is_ready && !comes_up) || !will_have_api || !network_is_known(planning, node) ||
      (node.boot != Boot::stays && !comes_up)) {
    return;
  }
  std::string reason = node.kubernetes == nullptr ? fmt::format("Node {} is absent", node.spec->name)
                                                  : fmt::format("Node {} is not Ready", node.spec->name);
  if (is_ready) {
    reason = fmt::format("Node {} restarts", node.spec->name);
  }
  node.ready = planning.builder.add({AwaitNode{node.spec->name}, std::move(reason)},
                                    {node.talos_ready, node.address, planning.api, registered});
  for (Step network : networks) {
    planning.builder.order(network, node.ready);
  }
}

Step last_step_of_restart(const NodePlan& node) {
  for (Step step : {node.ready, node.talos_ready, node.address, node.running}) {
    if (step.exists()) {
      return step;
    }
  }
  return node.drained;
}

/// A node left cordoned, by us before a change or by a run that was killed, carries no pods.
void uncordon(Planning& planning, NodePlan& node) {
  bool was_cordoned = node.kubernetes != nullptr && node.kubernetes->unschedulable && node.boot != Boot::blank;
  if (!was_cordoned && !node.drained.exists()) {
    return;
  }
  std::vector<Change> changes;
  if (was_cordoned) {
    changes.push_back({"unschedulable", json_text(true), json_text(false)});
  }
  node.uncordoned =
      planning.builder.add({UncordonNode{node.spec->name},
                            was_cordoned ? fmt::format("Node {} is cordoned", node.spec->name)
                                         : fmt::format("Node {} was drained for the change", node.spec->name),
                            Impact::in_place, std::move(changes)},
                           {last_step_of_restart(node)});
}

}  // namespace

Step plan_drain(Planning& planning, const NodePlan& node, const std::string& reason) {
  bool has_elsewhere = std::ranges::any_of(planning.nodes, [&](const NodePlan& other) {
    return &other != &node && other.spec->schedulable && other.kubernetes != nullptr && other.kubernetes->ready;
  });
  if (node.kubernetes == nullptr || !node.kubernetes->ready || !has_elsewhere || is_of_another_machine(node)) {
    return {};
  }
  return planning.builder.add({DrainNode{node.spec->name}, reason, Impact::disruptive});
}

void plan_nodes(Planning& planning) {
  std::vector<Step> networks;
  for (const AddonSpec& addon : planning.wanted.addons) {
    if (auto place = planning.installed.find(addon.name); addon.is_cni && place != planning.installed.end()) {
      networks.push_back(place->second);
    }
  }
  for (NodePlan& node : planning.nodes) {
    await_ready(planning, node, networks);
    bool can_be_labelled = node.ready.exists() || node.kubernetes != nullptr;
    if (can_be_labelled && (planning.kubernetes_known())) {
      plan_labels(planning, node);
      uncordon(planning, node);
    }
  }
}

}  // namespace tbx
