// Upgrades of Talos and Kubernetes: hop by hop, node by node, verified by the release that runs afterwards.
#include <algorithm>

#include <fmt/format.h>

#include "engine/json_text.h"
#include "engine/machine_config.h"
#include "engine/ownership.h"
#include "engine/planning.h"
#include "engine/upgrade_path.h"
#include "specs/versions.h"

namespace tbx {

namespace {

/// Whether a node that runs `version` takes part in a hop. Going back, every newer one does.
bool takes_part(const std::string& version, const UpgradeHop& hop) {
  return is_older(hop.from, hop.to) ? is_older(version, hop.to) : is_older(hop.to, version);
}

/// Drain, hand over, upgrade, and wait until everything on the node is back.
UpgradeTurn upgrade_node(Planning& planning, const EtcdState& etcd, std::size_t index, const std::string& from,
                         const std::string& to) {
  const NodePlan& node = planning.nodes[index];
  const std::string& name = node.spec->name;
  PlanBuilder& builder = planning.builder;
  std::string reason = from == to ? fmt::format("{} runs another schematic than the file's", name)
                                  : fmt::format("{} runs Talos {}", name, from);
  UpgradeTalos upgrade{name, from, to, installer_image(planning.wanted, to)};
  Step drained;
  Step led;
  if (!builder.why_refused(upgrade, &etcd)) {
    drained = plan_drain(planning, node, reason);
    led = plan_hand_over(planning, node, reason, drained);
  }
  Step upgraded = builder.add(
      {std::move(upgrade),
       reason,
       Impact::restart,
       {from == to ? Change{"talos.schematic", json_text(node.talos->schematic), json_text(planning.wanted.schematic)}
                   : Change{"talos.version", json_text(from), json_text(to)}},
       &etcd},
      {drained, led});
  Step last = builder.add({AwaitTalos{name, to}, fmt::format("{} restarts into Talos {}", name, to)}, {upgraded});
  if (node.spec->role == Role::control_plane) {
    last = builder.add({AwaitEtcdMember{name}, fmt::format("the member on {} comes back", name)}, {last});
  }
  last = builder.add({AwaitNode{name}, fmt::format("Node {} restarts", name)}, {last});
  if (drained.exists()) {
    last = builder.add({UncordonNode{name}, fmt::format("Node {} was drained for the change", name), Impact::in_place},
                       {last});
  }
  return {index, drained.exists() ? drained : (led.exists() ? led : upgraded), last};
}

/// A hop on the way: what the nodes run by then, and whether control planes that go have gone.
struct Underway {
  std::vector<std::string> versions;  ///< of Talos, by node; empty: it does not run, or is made anew
  EtcdState when_left;                ///< etcd once those that go have gone
  bool have_left = false;
};

const EtcdState& membership_by_then(const Planning& planning, const Underway& underway) {
  return underway.have_left ? underway.when_left : planning.settled;
}

void plan_talos_hop(Planning& planning, const UpgradeHop& hop, Underway& underway) {
  std::vector<std::string>& versions = underway.versions;
  HopPlan planned;
  planned.snapshot = plan_snapshot(planning, planning.wanted.name, fmt::format("before Talos {}", hop.to));
  for (std::size_t i = 0; i < planning.nodes.size(); ++i) {
    if (!versions[i].empty() && takes_part(versions[i], hop)) {
      planned.turns.push_back(upgrade_node(planning, membership_by_then(planning, underway), i, versions[i], hop.to));
      versions[i] = hop.to;
    }
  }
  planning.hops.push_back(std::move(planned));
}

/// What each node runs once the hops before this one are made, and those that go first have gone.
TalosReleases releases_by_then(const Planning& planning, const Underway& underway) {
  TalosReleases releases;
  for (const auto& [node, talos] : planning.found.talos) {
    bool is_gone = wanted_node(planning.wanted, node) == nullptr &&
                   (underway.have_left || !is_control_plane_name(planning.wanted, node));
    releases.emplace(node, is_gone ? "" : talos.version);
  }
  for (std::size_t i = 0; i < underway.versions.size(); ++i) {
    releases[planning.nodes[i].spec->name] = underway.versions[i];
  }
  return releases;
}

/// Control planes that go stay as long as they fit: the fewer there are, the less etcd takes a restart for another
/// release of Talos.
bool must_have_left(const Planning& planning, const UpgradeHop& hop) {
  return std::ranges::any_of(planning.found.talos, [&](const auto& each) {
    const auto& [node, talos] = each;
    return is_control_plane_name(planning.wanted, node) && wanted_node(planning.wanted, node) == nullptr &&
           !talos.version.empty() && !takes_kubernetes(talos.version, hop.to);
  });
}

void plan_kubernetes_hop(Planning& planning, const UpgradeHop& hop, bool is_last, Underway& underway) {
  HopPlan planned;
  underway.have_left = underway.have_left || (!planning.joins_come_last && (is_last || must_have_left(planning, hop)));
  planned.comes_after_departures = underway.have_left;
  TalosReleases releases = releases_by_then(planning, underway);
  planned.snapshot = plan_snapshot(planning, planning.wanted.name, fmt::format("before Kubernetes {}", hop.to));
  planned.cluster =
      planning.builder.add({UpgradeKubernetes{planning.wanted.name, hop.from, hop.to},
                            fmt::format("the cluster runs Kubernetes {}; its servers and kubelets restart "
                                        "node by node",
                                        hop.from),
                            Impact::disruptive,
                            {{"kubernetes.version", json_text(hop.from), json_text(hop.to)}},
                            nullptr,
                            &releases});
  planning.hops.push_back(std::move(planned));
}

/// Another schematic at the same release is installed like an upgrade.
void plan_schematics(Planning& planning, const Underway& underway) {
  const std::vector<std::string>& versions = underway.versions;
  HopPlan planned;
  for (std::size_t i = 0; i < planning.nodes.size(); ++i) {
    const NodePlan& node = planning.nodes[i];
    bool was_upgraded = versions[i] != (runs(node) ? node.talos->version : "");
    if (!versions[i].empty() && !was_upgraded && !planning.wanted.schematic.empty() &&
        node.talos->schematic != planning.wanted.schematic) {
      planned.turns.push_back(
          upgrade_node(planning, membership_by_then(planning, underway), i, versions[i], versions[i]));
    }
  }
  if (!planned.turns.empty()) {
    planning.hops.push_back(std::move(planned));
  }
}

/// A drain needs the API, and a hop whose fit can't be judged is not made: what every node runs has to be known.
bool may_be_upgraded(const Planning& planning) {
  bool all_known = std::ranges::all_of(planning.nodes, [](const NodePlan& node) {
    return node.machine == nullptr || node.boot == Boot::blank || runs(node);
  });
  return all_known && planning.found.kubernetes.presence == Presence::present && !planning.quorum_lost.exists() &&
         planning.found.etcd.alarms.empty();
}

Op refused_op(const Planning& planning) {
  const Releases& running = planning.releases.running;
  if (running.talos != planning.wanted.talos_version) {
    return UpgradeTalos{planning.wanted.name, running.talos, planning.wanted.talos_version, ""};
  }
  return UpgradeKubernetes{planning.wanted.name, running.kubernetes, planning.wanted.kubernetes_version};
}

/// A sick member that restarts for a change is waited for, and counts from then on.
void count_those_waited_for(Planning& planning) {
  EtcdState& etcd = planning.settled;
  for (const NodePlan& node : planning.nodes) {
    auto member = std::ranges::find(etcd.members, node.spec->name, &EtcdMember::node);
    if (etcd.has_leader && node.member.exists() && member != etcd.members.end()) {
      member->healthy = true;
      member->learner = false;
    }
  }
}

}  // namespace

void plan_upgrades(Planning& planning) {
  const ReleaseWay& way = planning.releases;
  if (way.running.talos.empty() || !may_be_upgraded(planning)) {
    return;
  }
  if (way.refusal) {
    planning.builder.refuse(refused_op(planning), *way.refusal);
    return;
  }
  count_those_waited_for(planning);
  Underway underway{{}, settled_when_left(planning), planning.departures_come_first};
  std::ranges::transform(planning.nodes, std::back_inserter(underway.versions), [&](const NodePlan& node) {
    return runs(node) ? node.talos->version : node.boot == Boot::blank ? way.for_new_nodes : std::string();
  });
  for (const UpgradeHop& hop : way.hops) {
    if (hop.what == UpgradeHop::What::talos) {
      plan_talos_hop(planning, hop, underway);
    } else {
      plan_kubernetes_hop(planning, hop, &hop == &way.hops.back(), underway);
    }
  }
  plan_schematics(planning, underway);
}

}  // namespace tbx
