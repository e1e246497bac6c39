#include <algorithm>

#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

bool is_asked_anew(const NodePlan& node, const Replacements& replacements) {
  auto place = replacements.find(node.spec->name);
  return place != replacements.end() && node.machine != nullptr && node.machine->id == place->second;
}

std::vector<NodePlan> gather_nodes(const ClusterSpec& wanted, const Observed& found, const Replacements& replacements) {
  std::vector<NodePlan> nodes;
  nodes.reserve(wanted.nodes.size());
  for (const NodeSpec& spec : wanted.nodes) {
    NodePlan node;
    node.spec = &spec;
    node.machine = our_machine(found, wanted, spec.name);
    node.disk = disk_of(found, wanted, spec.name);
    node.talos = talos_node(found, spec.name);
    node.kubernetes = kubernetes_node(found.kubernetes, spec.name);
    node.is_replaced = is_asked_anew(node, replacements);
    nodes.push_back(node);
  }
  return nodes;
}

/// Facts without which nothing at all can be planned.
bool foundations_known(const Observed& found, PlanBuilder& builder) {
  if (found.host.presence != Presence::present) {
    builder.unknown(System::hyperv, found.host.reason);
  }
  if (found.credentials.secrets == Presence::unknown) {
    builder.unknown(System::talos, "whether the cluster's secrets exist could not be read");
  }
  return !builder.knows_unknown();
}

void note_unknown_systems(const Observed& found, PlanBuilder& builder) {
  if (found.talos_presence == Presence::unknown) {
    builder.unknown(System::talos, found.talos_reason);
  }
  if (found.kubernetes.presence == Presence::unknown) {
    builder.unknown(System::kubernetes, found.kubernetes.reason);
  }
  if (found.helm.presence == Presence::unknown) {
    builder.unknown(System::helm, found.helm.reason);
  }
  if (found.access.presence == Presence::unknown) {
    builder.unknown(System::access, found.access.reason);
  }
}

Plan plan_with(const ClusterSpec& wanted, const Observed& found, const Replacements& replacements, PlanTrace* trace) {
  PlanBuilder builder(wanted, found, PlanMode::converge, trace);
  if (!foundations_known(found, builder)) {
    note_unknown_systems(found, builder);
    return std::move(builder).finish();
  }
  Planning planning{wanted,
                    found,
                    builder,
                    lay_out_node_network(wanted, found),
                    etcd_phase(wanted, found),
                    any_mark_bootstrapped(wanted, found),
                    gather_nodes(wanted, found, replacements)};
  note_unknown_systems(found, builder);
  choose_releases(planning);
  plan_limits(planning);
  plan_secrets(planning);
  plan_membership(planning);
  plan_machines(planning);
  plan_talos(planning);
  plan_etcd(planning);
  plan_api(planning);
  plan_addon_releases(planning);
  plan_nodes(planning);
  plan_upgrades(planning);
  plan_addon_readiness(planning);
  plan_routes(planning);
  plan_removals(planning);
  plan_turns(planning);
  return std::move(builder).finish();
}

}  // namespace

Plan make_plan(const ClusterSpec& wanted, const Observed& found) { return plan_with(wanted, found, {}, nullptr); }

Plan make_plan_replacing(const ClusterSpec& wanted, const Observed& found, const Replacements& replacements) {
  return plan_with(wanted, found, replacements, nullptr);
}

Plan make_plan_tracing(const ClusterSpec& wanted, const Observed& found, PlanTrace& trace) {
  return plan_with(wanted, found, {}, &trace);
}

}  // namespace tbx
