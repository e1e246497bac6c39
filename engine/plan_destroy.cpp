// Everything that is ours goes. Needs only what the host and the hosts file report, and works when the cluster is dead.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/plan_builder.h"

namespace tbx {

namespace {

bool refused_by_protection(const ClusterSpec& wanted, PlanBuilder& builder) {
  bool any_node = !wanted.protected_nodes.empty() || std::ranges::any_of(wanted.nodes, &NodeSpec::is_protected);
  if (!wanted.is_protected && !any_node) {
    return false;
  }
  std::string what = wanted.is_protected ? "the cluster" : "a node of it";
  builder.refuse(
      RemoveCredentials{wanted.name},
      {"protected", fmt::format("the file protects {}: take protect and protectNodes out of it first", what)});
  return true;
}

bool are_hosts_ours(const Observed& found) {
  const std::string& id = found.access.hosts_cluster_id;
  const std::string& own = found.credentials.cluster_id;
  return !found.access.hosts.empty() && (id.empty() || own.empty() || id == own);
}

/// Without the secrets a mark is ours by the cluster's name alone, which two clusters may have.
bool refused_by_two_of_this_name(const ClusterSpec& wanted, const Observed& found, PlanBuilder& builder) {
  std::set<std::string> cluster_ids;
  auto add = [&](const Mark& mark) {
    if (is_ours(mark, wanted, found.credentials)) {
      cluster_ids.insert(mark.cluster_id);
    }
  };
  std::ranges::for_each(found.host.machines, add, &Machine::mark);
  std::ranges::for_each(found.host.disks, add, &Disk::mark);
  if (are_hosts_ours(found)) {
    cluster_ids.insert(found.access.hosts_cluster_id);
  }
  cluster_ids.erase("");
  if (cluster_ids.size() < 2) {
    return false;
  }
  builder.refuse(RemoveCredentials{wanted.name},
                 {"not-ours", fmt::format("the host has machines, disks or hosts lines of {0} clusters named {1} (IDs "
                                          "{2}), and no secrets in _out/{1} tell which of them is meant: bring back "
                                          "its secrets.yaml, or run destroy where it was made",
                                          cluster_ids.size(), wanted.name, fmt::join(cluster_ids, ", "))});
  return true;
}

Step delete_machine(const Machine& machine, PlanBuilder& builder) {
  const std::string reason = "the cluster is destroyed";
  Step stopped;
  if (machine.power != Power::off) {
    stopped = builder.add({StopMachine{machine.name, machine.id},
                           reason,
                           Impact::disruptive,
                           {{"power", json_text("running"), json_text("off")}}});
  }
  return builder.add({DeleteMachine{machine.name, machine.id},
                      reason,
                      Impact::data_loss,
                      {{"machine", json_text("present"), json_text("absent")}}},
                     {stopped});
}

}  // namespace

Plan make_destroy_plan(const ClusterSpec& wanted, const Observed& found) {
  PlanBuilder builder(wanted, found, PlanMode::destroy);
  if (found.host.presence != Presence::present) {
    builder.unknown(System::hyperv, found.host.reason);
  }
  if (found.access.presence != Presence::present) {
    builder.unknown(System::access, found.access.reason);
  }
  if (builder.knows_unknown() || refused_by_protection(wanted, builder) ||
      refused_by_two_of_this_name(wanted, found, builder)) {
    return std::move(builder).finish();
  }
  std::vector<Step> before_credentials;
  std::map<std::string, Step> machine_of;  // by VM ID
  for (const Machine& machine : found.host.machines) {
    if (is_ours(machine.mark, wanted, found.credentials)) {
      before_credentials.push_back(machine_of[machine.id] = delete_machine(machine, builder));
    }
  }
  for (const Disk& disk : found.host.disks) {
    if (is_ours(disk.mark, wanted, found.credentials)) {
      auto machine = machine_of.find(disk.attached_to);
      before_credentials.push_back(builder.add({DeleteDisk{disk.node, disk.path},
                                                "the cluster is destroyed",
                                                Impact::data_loss,
                                                {{"disk", json_text("present"), json_text("absent")}}},
                                               {machine == machine_of.end() ? Step{} : machine->second}));
    }
  }
  if (are_hosts_ours(found)) {
    // Whose lines they are is known by the secrets.
    before_credentials.push_back(
        builder.add({WriteHosts{wanted.name, {}},
                     "the cluster is destroyed",
                     Impact::none,
                     {{"hosts", json_text(fmt::format("{} lines", found.access.hosts.size())), json_text("absent")}}}));
  }
  const CredentialState& credentials = found.credentials;
  if (credentials.secrets == Presence::present || credentials.talosconfig == Presence::present ||
      credentials.kubeconfig == Presence::present) {
    Step removed = builder.add({RemoveCredentials{wanted.name},
                                "the cluster is destroyed",
                                Impact::data_loss,
                                {{"credentials", json_text("present"), json_text("absent")}}});
    for (Step step : before_credentials) {
      builder.order(step, removed);
    }
  }
  return std::move(builder).finish();
}

}  // namespace tbx
