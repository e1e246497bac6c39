// etcd and the Kubernetes API: bootstrap once, join one at a time, credentials that reach them.
#include <algorithm>

#include <fmt/format.h>

#include "engine/etcd_quorum.h"
#include "engine/json_text.h"
#include "engine/planning.h"

namespace tbx {

namespace {

std::vector<NodePlan*> control_planes(Planning& planning) {
  std::vector<NodePlan*> result;
  for (NodePlan& node : planning.nodes) {
    if (node.spec->role == Role::control_plane) {
      result.push_back(&node);
    }
  }
  return result;
}

void bootstrap(Planning& planning, NodePlan& node) {
  const std::string& name = node.spec->name;
  Step begun = planning.builder.add({BootstrapEtcd{name},
                                     "etcd was never bootstrapped",
                                     Impact::none,
                                     {{"etcd", json_text("absent"), json_text("present")}}},
                                    {node.talos_ready});
  bool is_marked = node.machine != nullptr && node.machine->mark.bootstrap == BootstrapMark::bootstrapping;
  if (!planning.builder.is_refused(begun) && !is_marked) {
    Step marked = planning.builder.add({MarkBootstrapping{name},
                                        "etcd was never bootstrapped",
                                        Impact::none,
                                        {{"bootstrap", json_text("none"), json_text("bootstrapping")}}},
                                       {node.machine_made, node.talos_ready});
    for (NodePlan* other : control_planes(planning)) {
      planning.builder.order(other->address, marked);
    }
    planning.builder.order(marked, begun);
  }
  node.member = planning.builder.add({AwaitEtcdMember{name}, fmt::format("etcd starts on {}", name)}, {begun});
}

/// With the arithmetic of a membership that grows. One that a rule keeps from joining does not count.
std::string why_awaited(Planning& planning, const NodePlan& node, const EtcdMember* member) {
  const std::string& name = node.spec->name;
  if (member != nullptr) {
    return fmt::format("the member on {} {}", name, member->learner ? "is a learner" : "comes back");
  }
  if (node.boot == Boot::restarts) {
    return fmt::format("the member on {} comes back", name);
  }
  if (planning.phase == EtcdPhase::never_bootstrapped) {
    auto before = std::ranges::count_if(planning.nodes, [](const NodePlan& other) { return other.member.exists(); });
    int voters = static_cast<int>(before);
    return fmt::format("{} is not a member of etcd yet; {}", name, arithmetic(voters, voters + 1));
  }
  if (planning.membership.presence != Presence::present || planning.builder.waits_for_refused(node.configured)) {
    return fmt::format("{} is not a member of etcd yet", name);
  }
  int voters = count_voters(planning.membership).voters;
  planning.membership.members.push_back({"", name, true, false, false});
  return fmt::format("{} is not a member of etcd yet; {}", name, arithmetic(voters, voters + 1));
}

/// Whoever goes for good only does so when this wait is over. A sick one that runs may stay as it is.
void count_as_voter(Planning& planning, const std::string& node) {
  const EtcdMember* settled = member_of(planning.settled, node);
  auto member = std::ranges::find(planning.membership.members, node, &EtcdMember::node);
  if (settled != nullptr && settled->healthy && planning.membership.has_leader &&
      member != planning.membership.members.end()) {
    member->healthy = true;
    member->learner = false;
  }
}

/// A control plane that joins, or comes back, is waited for; a new one is configured only when the one before it votes.
void await_member(Planning& planning, NodePlan& node, Step& previous) {
  const EtcdMember* member = member_of(planning.membership, node.spec->name);
  bool is_voter = member != nullptr && member->healthy && !member->learner;
  bool is_coming = node.talos_ready.exists() || node.configured.exists();
  if (is_voter && !node.talos_ready.exists()) {
    return;
  }
  // One of which it is not known that it has a config may never come.
  bool may_never_come = member == nullptr && !has_config(node);
  if (node.boot == Boot::never || (!is_coming && (planning.phase != EtcdPhase::living || may_never_come))) {
    return;
  }
  node.member = planning.builder.add({AwaitEtcdMember{node.spec->name}, why_awaited(planning, node, member)},
                                     {node.talos_ready, node.configured});
  count_as_voter(planning, node.spec->name);
  if (member == nullptr && !node.disturbed.exists()) {
    if (!planning.builder.waits_for_refused(previous)) {
      planning.builder.order(previous, node.configured);
    }
    previous = node.member;
  }
}

void mark_bootstrapped(Planning& planning, Step etcd) {
  for (const NodePlan& node : planning.nodes) {
    bool is_marked = node.machine != nullptr && node.machine->mark.bootstrap == BootstrapMark::bootstrapped;
    bool made_with_it = node.machine == nullptr && planning.was_bootstrapped;
    bool is_new = node.machine_made.exists() && made_with_it;
    if (is_marked || is_new || (node.machine == nullptr && !node.machine_made.exists())) {
      continue;
    }
    const char* before = node.machine != nullptr && node.machine->mark.bootstrap == BootstrapMark::bootstrapping
                             ? "bootstrapping"
                             : "none";
    planning.builder.add({MarkBootstrapped{node.spec->name},
                          "etcd lives",
                          Impact::none,
                          {{"bootstrap", json_text(before), json_text("bootstrapped")}}},
                         {etcd, node.machine_made});
  }
}

/// Addresses of control planes, as far as they are known and stay what they are.
std::vector<std::string> reachable_addresses(const Planning& planning, bool& all_known) {
  std::vector<std::string> addresses;
  all_known = true;
  for (const NodePlan& node : planning.nodes) {
    if (node.spec->role != Role::control_plane) {
      continue;
    }
    if (node.machine != nullptr && !node.running.exists() && !node.machine->dhcp_address.empty()) {
      addresses.push_back(node.machine->dhcp_address);
    } else {
      all_known = false;
    }
  }
  std::ranges::sort(addresses);
  return addresses;
}

std::string joined(const std::vector<std::string>& values) { return fmt::format("{}", fmt::join(values, ", ")); }

struct Rewrite {
  std::string reason;
  Change change;
};

/// `elsewhere`: why it is written anew when it names another place than `moved` leads to.
Rewrite why_rewritten(const std::string& file, bool is_there, bool names_the_place, std::string elsewhere,
                      Change moved) {
  if (!is_there) {
    moved.from = json_text("absent");
    return {file + " is absent", std::move(moved)};
  }
  if (!names_the_place) {
    return {std::move(elsewhere), std::move(moved)};
  }
  return {"the certificate in the " + file + " is near its end",
          {file + ".certificate", json_text("expires soon"), json_text("new")}};
}

void plan_talosconfig(Planning& planning) {
  const CredentialState& credentials = planning.found.credentials;
  bool all_known = false;
  std::vector<std::string> wanted = reachable_addresses(planning, all_known);
  bool covers = std::ranges::includes(credentials.talosconfig_endpoints, wanted);
  // A new control plane is one more address; one that restarts mostly keeps its own.
  bool any_new = std::ranges::any_of(planning.nodes, [](const NodePlan& node) {
    return node.spec->role == Role::control_plane && node.boot == Boot::blank;
  });
  bool fits = all_known ? credentials.talosconfig_endpoints == wanted : covers && !any_new;
  // Who may leave, and whether, is decided only when the members can be read.
  const bool is_unknown = planning.found.talos_presence == Presence::unknown || planning.phase == EtcdPhase::unknown;
  bool is_settled = fits || is_unknown;
  bool is_there = credentials.talosconfig == Presence::present;
  if (is_there && is_settled && !credentials.talosconfig_expires_soon) {
    return;
  }
  Rewrite why = why_rewritten("talosconfig", is_there, is_settled,
                              "talosconfig names other addresses than the control planes have",
                              {"talosconfig.endpoints", json_text(joined(credentials.talosconfig_endpoints)),
                               json_text(all_known ? joined(wanted) : "(the control planes' addresses)")});
  Step written = planning.talosconfig = planning.builder.add(
      {WriteTalosconfig{planning.wanted.name}, why.reason, Impact::none, {why.change}}, {planning.secrets});
  for (const NodePlan* node : control_planes(planning)) {
    // The address may change when Talos has installed itself and restarts.
    planning.builder.order(node->talos_ready.exists() ? node->talos_ready : node->address, written);
  }
}

std::string server_of(const std::string& address) { return fmt::format("https://{}:6443", address); }

/// A control plane that serves the API, and goes on doing so at the address that it has. A restart mostly keeps that.
bool serves_at_its_address(const NodePlan& node) {
  return node.spec->role == Role::control_plane && node.machine != nullptr && !node.machine->dhcp_address.empty() &&
         node.boot != Boot::never && !node.is_replaced && has_config(node);
}

/// Whom the kubeconfig is to name: rather one that stays up. Null: nobody that is known yet.
const NodePlan* server_to_name(const Planning& planning) {
  const NodePlan* any = nullptr;
  for (const NodePlan& node : planning.nodes) {
    if (serves_at_its_address(node) && !node.running.exists()) {
      return &node;
    }
    any = serves_at_its_address(node) && any == nullptr ? &node : any;
  }
  return any;
}

void plan_kubeconfig(Planning& planning) {
  const CredentialState& credentials = planning.found.credentials;
  bool fits = std::ranges::any_of(planning.nodes, [&](const NodePlan& node) {
    return serves_at_its_address(node) && server_of(node.machine->dhcp_address) == credentials.kubeconfig_server;
  });
  bool is_there = credentials.kubeconfig == Presence::present;
  const NodePlan* named = server_to_name(planning);
  const bool is_settled = fits || named == nullptr;
  if (is_there && is_settled && !credentials.kubeconfig_expires_soon) {
    return;
  }
  std::string server =
      named == nullptr ? "(the first control plane's address)" : server_of(named->machine->dhcp_address);
  Rewrite why = why_rewritten("kubeconfig", is_there, is_settled,
                              "kubeconfig names an address at which no control plane goes on to answer",
                              {"kubeconfig.server", json_text(credentials.kubeconfig_server), json_text(server)});
  planning.kubeconfig =
      planning.builder.add({WriteKubeconfig{planning.wanted.name, named == nullptr ? "" : named->spec->name},
                            why.reason,
                            Impact::none,
                            {why.change}},
                           {planning.api});
}

/// The API is served by members that are there already, or come back: it does not wait for those that join.
bool serves_the_api(const Planning& planning, const NodePlan& node) {
  if (planning.phase == EtcdPhase::never_bootstrapped || planning.phase == EtcdPhase::lost) {
    return node.spec->name == bootstrap_node(planning.wanted, planning.found);
  }
  return node.boot != Boot::blank && (planning.found.etcd.presence != Presence::present ||
                                      member_of(planning.found.etcd, node.spec->name) != nullptr);
}

}  // namespace

void plan_etcd(Planning& planning) {
  if (planning.quorum_lost.exists()) {
    return;
  }
  std::string first = bootstrap_node(planning.wanted, planning.found);
  Step previous;
  bool begins = planning.phase == EtcdPhase::never_bootstrapped || planning.phase == EtcdPhase::lost;
  for (NodePlan* node : control_planes(planning)) {
    // What comes up from a disk is looked at first.
    bool is_known = node->boot != Boot::restarts || node->talos_ready.exists();
    if (begins && node->spec->name == first && is_known && node->boot != Boot::never) {
      bootstrap(planning, *node);
      previous = node->member;
    }
  }
  for (NodePlan* node : control_planes(planning)) {
    if (!node->member.exists()) {
      await_member(planning, *node, previous);
    }
  }
  if (planning.phase == EtcdPhase::living) {
    mark_bootstrapped(planning, {});
  } else if (begins && previous.exists()) {
    mark_bootstrapped(planning, previous);
  }
}

void plan_api(Planning& planning) {
  plan_talosconfig(planning);
  if (planning.quorum_lost.exists()) {
    return;
  }
  std::vector<NodePlan*> coming = control_planes(planning);
  bool any_member = std::ranges::any_of(coming, [](const NodePlan* node) { return node->member.exists(); });
  if (planning.found.kubernetes.presence != Presence::present && any_member) {
    planning.api = planning.builder.add({AwaitApi{planning.wanted.name}, "the Kubernetes API does not answer yet"});
    for (const NodePlan* node : coming) {
      planning.builder.order(serves_the_api(planning, *node) ? node->member : Step{}, planning.api);
    }
  } else if (planning.found.kubernetes.presence == Presence::unknown && planning.phase == EtcdPhase::living) {
    planning.api = planning.builder.add({AwaitApi{planning.wanted.name}, "the Kubernetes API does not answer yet"});
  }
  if (planning.found.kubernetes.presence == Presence::present || planning.api.exists()) {
    plan_kubeconfig(planning);
  }
}

}  // namespace tbx
