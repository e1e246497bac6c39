// Members of etcd that nothing stands behind any more, and what the membership will be like when the plan is done.
#include <algorithm>

#include <fmt/format.h>

#include "engine/etcd_quorum.h"
#include "engine/json_text.h"
#include "engine/membership_rules.h"
#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

const NodePlan* node_named(const Planning& planning, const std::string& name) {
  auto place = std::ranges::find(planning.nodes, name, [](const NodePlan& node) { return node.spec->name; });
  return place == planning.nodes.end() ? nullptr : &*place;
}

/// A control plane without a machine whose disk holds data comes back around it, unless the others do without.
void decide_over_data(Planning& planning) {
  Membership membership{planning.wanted, planning.found, planning.found.etcd};
  for (NodePlan& node : planning.nodes) {
    bool is_orphan = node.spec->role == Role::control_plane && node.machine == nullptr && node.disk != nullptr &&
                     node.disk->was_booted && is_ours(node.disk->mark, planning.wanted, planning.found.credentials);
    node.gives_up_data =
        is_orphan && !is_protected(planning.wanted, node.spec->name) && !why_not_give_up_data(membership, *node.disk);
  }
}

/// Another member of the same host name votes in its stead: a machine was made anew, and its old member stayed.
bool is_superseded(const Planning& planning, const EtcdMember& member) {
  return std::ranges::any_of(planning.found.etcd.members, [&](const EtcdMember& other) {
    return other.id != member.id && other.node == member.node && other.healthy && !other.learner;
  });
}

/// Its machine is known to be gone, and does not come back with its data. One that answers has a machine somewhere, and
/// a VM of its name that is not ours may be it.
bool is_dead(const Planning& planning, const EtcdMember& member) {
  bool may_be_ours = is_control_plane_name(planning.wanted, member.node) &&
                     foreign_machine(planning.found, planning.wanted, member.node) == nullptr;
  if (member.healthy || !may_be_ours) {
    return false;
  }
  if (our_machine(planning.found, planning.wanted, member.node) != nullptr) {
    return is_superseded(planning, member);
  }
  const Disk* disk = disk_of(planning.found, planning.wanted, member.node);
  bool has_data =
      disk != nullptr && disk->was_booted && is_ours(disk->mark, planning.wanted, planning.found.credentials);
  const NodePlan* node = node_named(planning, member.node);
  return !has_data || node == nullptr || node->gives_up_data;
}

/// Added and never started: stale when every control plane's machine is a member under its own name.
bool is_unclaimed(const Planning& planning, const EtcdMember& member) {
  if (!member.node.empty()) {
    return false;
  }
  return std::ranges::all_of(planning.found.host.machines, [&](const Machine& machine) {
    return !is_control_plane_name(planning.wanted, machine.name) ||
           !is_ours(machine.mark, planning.wanted, planning.found.credentials) ||
           member_of(planning.found.etcd, machine.name) != nullptr;
  });
}

void remove_dead_members(Planning& planning) {
  for (const EtcdMember& member : planning.found.etcd.members) {
    bool is_named = !member.node.empty();
    if (is_named ? !is_dead(planning, member) : !is_unclaimed(planning, member)) {
      continue;
    }
    std::string what = is_named ? member.node : "member " + member.id;
    std::string reason =
        !is_named ? fmt::format("etcd's {} never started, and no machine is to be it", what)
        : is_superseded(planning, member)
            ? fmt::format("etcd's member {} on {} is an old one: another votes there", member.id, what)
            : fmt::format("the machine behind etcd's {} {} is gone", member.learner ? "learner" : "member", what);
    Step removed = plan_member_removal(planning, member, reason, member_removal_of(planning, member.node));
    if (!planning.builder.is_refused(removed)) {
      const std::string& target = is_named ? member.node : member.id;
      planning.builder.order(plan_snapshot(planning, target, fmt::format("before {} goes", what)), removed);
    }
    planning.members_removed[member.node] = removed;
  }
}

/// As far as anybody knows: a Talos that answers says whether there is any.
bool has_data(const Planning& planning, const std::string& node) {
  const TalosNode* talos = talos_node(planning.found, node);
  if (talos != nullptr && talos->presence == Presence::present && talos->etcd_data == Presence::absent) {
    return false;
  }
  const Disk* disk = disk_of(planning.found, planning.wanted, node);
  return disk != nullptr && disk->was_booted && is_ours(disk->mark, planning.wanted, planning.found.credentials);
}

/// A member that holds data and is not, or not yet, running: with it etcd may have a quorum again. While the list can't
/// be read, whatever holds data may be one.
bool wakes_up(const Planning& planning, const std::string& node) {
  if (tells_of_all_members(planning.found.etcd) && member_of(planning.found.etcd, node) == nullptr) {
    return false;
  }
  const Machine* machine = our_machine(planning.found, planning.wanted, node);
  const TalosNode* talos = talos_node(planning.found, node);
  bool boots = talos != nullptr && talos->presence == Presence::present && talos->stage != TalosStage::running;
  return has_data(planning, node) && (machine == nullptr || machine->power != Power::running || boots);
}

/// Its disk is gone: it comes back as another, unless a rule keeps what is left of it.
bool may_be_made_anew(const Planning& planning, const NodePlan& node) {
  const std::string& name = node.spec->name;
  EtcdState left = planning.membership;
  const EtcdMember* member = member_of(left, name);
  if (member != nullptr && planning.builder.why_refused(RemoveEtcdMember{name, member->id}, &left)) {
    return false;
  }
  std::erase_if(left.members, [&](const EtcdMember& each) { return each.node == name; });
  return !planning.builder.why_refused(DeleteMachine{name, node.machine->id}, &left);
}

/// Nothing keeps its machine from being there.
bool may_come(const Planning& planning, const NodePlan& node) {
  if (node.machine == nullptr) {
    return !planning.no_new_nodes.exists() && !planning.builder.why_refused(creation_of(planning, node));
  }
  return node.disk != nullptr || may_be_made_anew(planning, node);
}

/// A control plane that is no member will be one. Of a machine that runs and says nothing it is not known that it can.
bool will_join(const Planning& planning, const NodePlan& node) {
  bool is_silent =
      node.machine != nullptr && node.disk != nullptr && node.machine->power == Power::running && !answers(node);
  bool is_made_anew = node.is_replaced && may_be_made_anew(planning, node);
  return is_silent ? is_made_anew : may_come(planning, node);
}

bool comes_back(const Planning& planning, const NodePlan& node) {
  if (node.machine == nullptr || node.disk == nullptr) {
    return may_come(planning, node);
  }
  if (node.machine->power != Power::running) {
    return true;
  }
  return node.talos != nullptr && node.talos->presence == Presence::present && node.talos->stage != TalosStage::running;
}

/// Without a quorum: those that run, and those that are started for it, make one again.
void foresee_quorum(const Planning& planning, EtcdState& settled) {
  for (EtcdMember& member : settled.members) {
    const Machine* machine = our_machine(planning.found, planning.wanted, member.node);
    bool runs = machine != nullptr && machine->power == Power::running && has_data(planning, member.node);
    member.healthy = member.healthy || runs || wakes_up(planning, member.node);
  }
  VoterCount count = count_voters(settled);
  settled.has_leader = count.healthy >= quorum_of(count.voters);
}

/// All wanted members there, and those that start now healthy.
EtcdState settled_membership(const Planning& planning) {
  EtcdState settled = planning.membership;
  if (settled.presence != Presence::present || planning.quorum_lost.exists()) {
    return settled;
  }
  if (!settled.has_leader) {
    foresee_quorum(planning, settled);
  }
  for (const NodePlan& node : planning.nodes) {
    if (node.spec->role != Role::control_plane) {
      continue;
    }
    auto member = std::ranges::find(settled.members, node.spec->name, &EtcdMember::node);
    if (member == settled.members.end()) {
      if (will_join(planning, node)) {
        settled.members.push_back({"", node.spec->name, true, false, false});
      }
    } else if (comes_back(planning, node) || (member->learner && node.disk != nullptr)) {
      member->healthy = true;
      member->learner = false;
    }
  }
  return settled;
}

/// A control plane that stays, and leaves etcd for a while on the way.
bool is_made_anew(const NodePlan& node) {
  return node.spec->role == Role::control_plane && node.machine != nullptr &&
         (node.is_replaced || node.disk == nullptr);
}

/// Of a machine that the file does not name, and no rule keeps it. `left`: the members that have not gone before it.
bool is_leaving(const Planning& planning, const EtcdState& left, const EtcdMember& member) {
  if (node_named(planning, member.node) != nullptr || !planning.kubernetes_known() ||
      our_machine(planning.found, planning.wanted, member.node) == nullptr) {
    return false;
  }
  Op leave = member.healthy && !member.learner ? Op{LeaveEtcd{member.node, member.id}}
                                               : Op{RemoveEtcdMember{member.node, member.id}};
  return !planning.builder.why_refused(leave, &left);
}

/// Takes those that are to go out of `left` one by one, and out of `settled`; whether there were any. `voting`: the
/// healthy ones that vote, or all others.
bool take_out(const Planning& planning, bool voting, EtcdState& left, EtcdState& settled) {
  std::vector<EtcdMember> members = left.members;
  bool any = false;
  for (const EtcdMember& member : members) {
    if ((member.healthy && !member.learner) == voting && is_leaving(planning, left, member)) {
      auto is_it = [&](const EtcdMember& each) { return each.id == member.id && !each.id.empty(); };
      std::erase_if(left.members, is_it);
      std::erase_if(settled.members, is_it);
      any = true;
    }
  }
  return any;
}

/// One member may pause, of two none can be spared: what restarts the one does so before the other joins.
void let_joins_come_last(Planning& planning) {
  // One that has its config joins by itself, whenever it likes.
  auto joins = [&](const EtcdMember& member) {
    const NodePlan* node = member.id.empty() ? node_named(planning, member.node) : nullptr;
    return node != nullptr && !has_config(*node);
  };
  EtcdState before_joins = planning.settled;
  std::erase_if(before_joins.members, joins);
  bool tolerates_none = count_voters(planning.settled).voters == 2 && count_voters(before_joins).voters == 1;
  if (planning.settled.has_leader && tolerates_none) {
    planning.joins_come_last = true;
    planning.settled = std::move(before_joins);
  }
}

/// The sick are off the list before anybody joins or restarts. Where no member could restart while the others that are
/// to go are counted, those go first, too.
void let_departures_come_first(Planning& planning) {
  EtcdState left = planning.membership;
  take_out(planning, false, left, planning.settled);
  VoterCount count = count_voters(planning.settled);
  bool tolerates_none = count.voters > 1 && count.healthy - 1 < quorum_of(count.voters);
  if (tolerates_none && std::ranges::none_of(planning.nodes, is_made_anew)) {
    planning.departures_come_first = take_out(planning, true, left, planning.settled);
  }
}

/// Control planes that the file no longer names count until they have left, and leaving takes a quorum.
std::vector<const Machine*> unwanted_control_planes(const Planning& planning) {
  std::vector<const Machine*> machines;
  for (const Machine& machine : planning.found.host.machines) {
    if (is_control_plane_name(planning.wanted, machine.name) && node_named(planning, machine.name) == nullptr &&
        is_ours(machine.mark, planning.wanted, planning.found.credentials)) {
      machines.push_back(&machine);
    }
  }
  return machines;
}

bool any_is_woken_up(const Planning& planning) {
  return std::ranges::any_of(planning.nodes,
                             [&](const NodePlan& node) {
                               return node.spec->role == Role::control_plane && wakes_up(planning, node.spec->name);
                             }) ||
         std::ranges::any_of(unwanted_control_planes(planning),
                             [&](const Machine* machine) { return wakes_up(planning, machine->name); });
}

void start_for_the_quorum(Planning& planning) {
  for (const Machine* machine : unwanted_control_planes(planning)) {
    if (machine->power == Power::running || !wakes_up(planning, machine->name)) {
      continue;
    }
    const std::string& name = machine->name;
    Step started =
        planning.builder.add({StartMachine{name, machine->id},
                              fmt::format("etcd has no quorum without {}, which can only leave with one", name),
                              Impact::none,
                              {{"power", json_text("off"), json_text("running")}}});
    Step address = planning.builder.add({AwaitAddress{name}, fmt::format("{} starts", name)}, {started});
    Step talos = planning.builder.add({AwaitTalos{name}, fmt::format("{} starts", name)}, {address});
    planning.brought_back.push_back(
        planning.builder.add({AwaitEtcdMember{name}, fmt::format("the member on {} comes back", name)}, {talos}));
  }
}

/// Every member that answers is known to the others by an address that its machine no longer has.
bool all_addresses_moved(const Planning& planning) {
  const EtcdState& etcd = planning.found.etcd;
  return planning.network.subnet.empty() && etcd.members.size() > 1 &&
         std::ranges::all_of(etcd.members, [&](const EtcdMember& member) {
           const TalosNode* talos = talos_node(planning.found, member.node);
           return !member.peer_address.empty() && talos != nullptr && !talos->addresses.empty() &&
                  !std::ranges::binary_search(talos->addresses, member.peer_address);
         });
}

/// Known to have no quorum, with nobody left to start: nothing that tbx may do brings it back.
void refuse_lost_quorum(Planning& planning) {
  const EtcdState& etcd = planning.found.etcd;
  bool moved = all_addresses_moved(planning);
  if (etcd.presence != Presence::present || etcd.has_leader || (!moved && any_is_woken_up(planning))) {
    return;
  }
  Membership membership{planning.wanted, planning.found, etcd};
  std::string why = moved ? moved_addresses_text(membership) : lost_quorum_text(membership);
  planning.quorum_lost = planning.builder.refuse(AwaitApi{planning.wanted.name}, {"etcd-quorum", std::move(why)});
}

void refuse_alarms(Planning& planning) {
  const EtcdState& etcd = planning.found.etcd;
  if (etcd.presence != Presence::present || etcd.alarms.empty()) {
    return;
  }
  planning.builder.refuse(
      AwaitApi{planning.wanted.name},
      {"etcd-alarm",
       fmt::format("etcd has raised {}: Kubernetes can't write anything until it is cleared. Make room (talosctl etcd "
                   "defrag on each control plane, one at a time), then talosctl etcd alarm disarm",
                   alarms_text(etcd))});
}

}  // namespace

const EtcdMember* member_of(const EtcdState& etcd, const std::string& node) {
  auto place = std::ranges::find(etcd.members, node, &EtcdMember::node);
  return place == etcd.members.end() ? nullptr : &*place;
}

Step member_removal_of(const Planning& planning, const std::string& node) {
  auto place = planning.members_removed.find(node);
  return place == planning.members_removed.end() ? Step{} : place->second;
}

Step plan_snapshot(Planning& planning, const std::string& target, const std::string& reason) {
  if (planning.found.etcd.presence != Presence::present) {
    return {};
  }
  return planning.builder.add({SnapshotEtcd{target}, reason});
}

Step plan_hand_over(Planning& planning, const NodePlan& node, const std::string& reason, Step after) {
  const EtcdMember* member = member_of(planning.settled, node.spec->name);
  if (member == nullptr || member->learner || count_voters(planning.settled).voters == 1) {
    return {};
  }
  return planning.builder.add({HandOverLeadership{node.spec->name}, reason}, {after});
}

Step plan_member_removal(Planning& planning, const EtcdMember& member, const std::string& reason, Step after) {
  std::string id = member.id;
  std::string target = member.node.empty() ? id : member.node;
  int voters = count_voters(planning.membership).voters;
  std::string numbers = member.learner ? "a learner is never counted" : arithmetic(voters, voters - 1);
  Step removed =
      planning.builder.add({RemoveEtcdMember{target, id},
                            fmt::format("{}; {}", reason, numbers),
                            Impact::in_place,
                            {{"member", json_text(member.learner ? "learner" : "stale"), json_text("absent")}},
                            &planning.membership},
                           {after});
  if (!planning.builder.is_refused(removed)) {
    std::erase_if(planning.membership.members, [&](const EtcdMember& each) { return each.id == id; });
  }
  return removed;
}

void plan_membership(Planning& planning) {
  planning.membership = planning.found.etcd;
  for (EtcdMember& member : planning.membership.members) {
    member.leader = false;  // whoever leads hands over before it goes
  }
  if (planning.found.etcd.presence == Presence::present) {
    decide_over_data(planning);
    refuse_lost_quorum(planning);
    if (!planning.found.etcd.has_leader && !planning.quorum_lost.exists()) {
      start_for_the_quorum(planning);
    }
    refuse_alarms(planning);
    if (planning.found.etcd.has_leader) {
      remove_dead_members(planning);
    }
  } else if (planning.phase == EtcdPhase::asleep) {
    start_for_the_quorum(planning);
  }
  planning.settled = settled_membership(planning);
  let_joins_come_last(planning);
  let_departures_come_first(planning);
}

EtcdState settled_when_left(const Planning& planning) {
  EtcdState left = planning.membership;
  EtcdState settled = planning.settled;
  take_out(planning, true, left, settled);
  return settled;
}

}  // namespace tbx
