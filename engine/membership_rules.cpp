#include "engine/membership_rules.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/etcd_quorum.h"
#include "engine/ownership.h"

namespace tbx {

namespace {

using Verdict = std::optional<Refusal>;

constexpr const char* quorum_rule = "etcd-quorum";

/// A copy under another name stands in for no control plane.
int our_control_planes(const Membership& asked) {
  return static_cast<int>(std::ranges::count_if(asked.found.host.machines, [&](const Machine& machine) {
    return is_control_plane_name(asked.wanted, machine.name) && machine.mark.node == machine.name &&
           is_ours(machine.mark, asked.wanted, asked.found.credentials);
  }));
}

/// Members that are there by then beside this node's: one may join in its place before it goes.
int other_voters(const Membership& asked, std::string_view node) {
  return static_cast<int>(std::ranges::count_if(asked.etcd.members, [&](const EtcdMember& member) {
    return member.node != node && member.healthy && !member.learner;
  }));
}

Verdict not_the_last_control_plane(const Membership& asked, std::string_view node) {
  if (!is_control_plane_name(asked.wanted, node)) {
    return std::nullopt;
  }
  if (int others = std::max(our_control_planes(asked) - 1, other_voters(asked, node)); others > 0) {
    note_passed(asked.passed, "last-control-plane", [&] {
      return fmt::format("{} {} of ours {} beside it", others, others == 1 ? "control plane" : "control planes",
                         others == 1 ? "exists" : "exist");
    });
    return std::nullopt;
  }
  return Refusal{"last-control-plane", fmt::format("{} is the last control plane: only tbx destroy removes it", node)};
}

Verdict list_must_be_read(const Membership& asked) {
  if (asked.etcd.presence == Presence::present) {
    return std::nullopt;
  }
  std::string because = asked.etcd.reason.empty() ? "" : ": " + asked.etcd.reason;
  return Refusal{"unknown-is-not-absent", "etcd's member list can't be read" + because};
}

const EtcdMember* member_with_id(const EtcdState& etcd, std::string_view id) {
  auto place = std::ranges::find(etcd.members, id, &EtcdMember::id);
  return place == etcd.members.end() ? nullptr : &*place;
}

/// The member of that ID must still be the one of that node.
Verdict same_member(const Membership& asked, const std::string& node, const std::string& id) {
  const EtcdMember* member = member_with_id(asked.etcd, id);
  if (member == nullptr || member->node == node || (member->node.empty() && node == id)) {
    note_passed(asked.passed, "identity", [&] {
      return member == nullptr ? fmt::format("etcd's member {} is off the list already", id)
                               : fmt::format("etcd's member {} is that of {}", id, node);
    });
    return std::nullopt;
  }
  return Refusal{"identity", fmt::format("etcd's member {} is {} now, and was {} when this was planned", id,
                                         member->node.empty() ? "one that never started" : member->node, node)};
}

/// What answers under the node's name must be the machine that carries it.
Verdict same_machine(const Membership& asked, const std::string& node) {
  const Machine* machine = our_machine(asked.found, asked.wanted, node);
  const TalosNode* talos = talos_node(asked.found, node);
  if (machine == nullptr || talos == nullptr || talos->uuid.empty() || machine->bios_guid.empty()) {
    return std::nullopt;
  }
  if (talos->uuid == machine->bios_guid) {
    note_passed(asked.passed, "identity",
                [&] { return fmt::format("what answers as {} has the UUID of its VM, {}", node, talos->uuid); });
    return std::nullopt;
  }
  return Refusal{"identity", fmt::format("what answers as {} has the UUID {}, and its VM has {}", node, talos->uuid,
                                         machine->bios_guid)};
}

Verdict quorum_allows(const Membership& asked, const QuorumAnswer& answer) {
  if (answer.allows) {
    note_passed(asked.passed, quorum_rule, [&] { return answer.why; });
    return std::nullopt;
  }
  return Refusal{quorum_rule, answer.why};
}

std::set<std::string> control_planes(const Membership& asked) {
  std::set<std::string> names;
  for (const NodeSpec& node : asked.wanted.nodes) {
    if (node.role == Role::control_plane) {
      names.insert(node.name);
    }
  }
  for (const EtcdMember& member : asked.etcd.members) {
    if (!member.node.empty()) {
      names.insert(member.node);
    }
  }
  return names;
}

/// Whoever counts for the quorum, as far as somebody tells.
std::set<std::string> voters_of(const Membership& asked) {
  if (!tells_of_all_members(asked.etcd)) {
    return control_planes(asked);
  }
  std::set<std::string> names;
  for (const EtcdMember& member : asked.etcd.members) {
    if (!member.learner) {
      names.insert(member.node);
    }
  }
  return names;
}

/// A control plane that answers for its own data; empty: none does.
std::string survivor_of(const Membership& asked) {
  auto answers = [&](const EtcdMember& member) {
    const TalosNode* talos = talos_node(asked.found, member.node);
    return talos != nullptr && talos->presence == Presence::present && talos->etcd_data != Presence::absent;
  };
  auto survivor = std::ranges::find_if(asked.etcd.members, answers);
  return survivor == asked.etcd.members.end() ? "" : survivor->node;
}

/// Those that are wanted, are members, or have a machine.
std::size_t known_control_planes(const Membership& asked) {
  std::set<std::string> names = control_planes(asked);
  for (const Machine& machine : asked.found.host.machines) {
    if (is_control_plane_name(asked.wanted, machine.name) &&
        is_ours(machine.mark, asked.wanted, asked.found.credentials)) {
      names.insert(machine.name);
    }
  }
  return names.size();
}

/// A healthy member without a machine of ours is somebody's all the same: its machine is not known to be off.
bool is_off(const Membership& asked, const std::string& node) {
  const Machine* machine = our_machine(asked.found, asked.wanted, node);
  return machine != nullptr &&
         (machine->power != Power::running || disk_at(asked.found.host, machine->disk_path, node) == nullptr);
}

/// The host names of members are ours only in our own way of naming, and where no other VM has that name.
Verdict member_may_be_ours(const Membership& asked, const std::string& node, const std::string& id) {
  bool is_unnamed = node == id;
  if (is_unnamed ||
      (is_control_plane_name(asked.wanted, node) && (our_machine(asked.found, asked.wanted, node) != nullptr ||
                                                     foreign_machine(asked.found, asked.wanted, node) == nullptr))) {
    return std::nullopt;
  }
  return Refusal{"not-ours",
                 fmt::format("etcd's member {} on {} is of a machine that tbx did not make: whoever made it "
                             "takes it off (talosctl etcd remove-member {})",
                             id, node, id)};
}

/// While another could lead, a leader that goes without a word costs an election, during which nobody writes.
Verdict leads_no_more(const Membership& asked, std::string_view node) {
  auto is_leader = [&](const EtcdMember& member) { return member.node == node && member.leader; };
  auto could_lead = [&](const EtcdMember& member) { return member.node != node && member.healthy && !member.learner; };
  if (std::ranges::none_of(asked.etcd.members, is_leader) || std::ranges::none_of(asked.etcd.members, could_lead)) {
    return std::nullopt;
  }
  return Refusal{"one-disruption", fmt::format("{} leads etcd now: another member has to lead before it goes", node)};
}

}  // namespace

Verdict why_not_leave(const Membership& asked, const LeaveEtcd& op) {
  if (auto verdict = not_the_last_control_plane(asked, op.target)) {
    return verdict;
  }
  if (auto verdict = list_must_be_read(asked)) {
    return verdict;
  }
  if (auto verdict = same_member(asked, op.target, op.member_id)) {
    return verdict;
  }
  if (auto verdict = same_machine(asked, op.target)) {
    return verdict;
  }
  if (auto verdict = leads_no_more(asked, op.target)) {
    return verdict;
  }
  return quorum_allows(asked, may_remove(asked.etcd, op.member_id));
}

Verdict why_not_remove_member(const Membership& asked, const RemoveEtcdMember& op) {
  if (auto verdict = list_must_be_read(asked)) {
    return verdict;
  }
  for (const Verdict& verdict :
       {same_member(asked, op.target, op.member_id), member_may_be_ours(asked, op.target, op.member_id)}) {
    if (verdict) {
      return verdict;
    }
  }
  const EtcdMember* member = member_with_id(asked.etcd, op.member_id);
  if (member != nullptr && member->healthy && !member->learner && !is_off(asked, op.target)) {
    return Refusal{"identity",
                   fmt::format("{} lives and its member is healthy: it leaves by itself, or not at all", op.target)};
  }
  return quorum_allows(asked, may_remove(asked.etcd, op.member_id));
}

Verdict why_not_join(const Membership& asked, std::string_view node) {
  bool joins = is_control_plane_name(asked.wanted, node) && asked.etcd.presence == Presence::present &&
               std::ranges::none_of(asked.etcd.members, [&](const EtcdMember& each) { return each.node == node; });
  if (!joins) {
    return std::nullopt;
  }
  if (!asked.etcd.alarms.empty()) {
    return Refusal{"etcd-alarm",
                   fmt::format("etcd has raised {}: no member is added until it is cleared", alarms_text(asked.etcd))};
  }
  note_passed(asked.passed, "etcd-alarm", [] { return "etcd has raised no alarm"; });
  return quorum_allows(asked, may_add(asked.etcd));
}

Verdict why_not_restart(const Membership& asked, std::string_view node) {
  if (!is_control_plane_name(asked.wanted, node) || asked.etcd.presence == Presence::absent) {
    return std::nullopt;
  }
  // A member that is not healthy now may be the one that brings the leader back in a moment.
  bool is_lost = asked.etcd.presence == Presence::present && !asked.etcd.has_leader;
  if (is_lost && known_control_planes(asked) > 1) {
    return Refusal{quorum_rule, "etcd has no leader now: no control plane is stopped until it has one again"};
  }
  QuorumAnswer answer = may_pause(asked.etcd, node);
  if (!answer.allows) {
    return Refusal{quorum_rule, std::move(answer.why)};
  }
  note_passed(asked.passed, quorum_rule, [&] { return answer.why; });
  return leads_no_more(asked, node);
}

Verdict why_not_delete_control_plane(const Membership& asked, std::string_view node, bool has_disk) {
  if (!is_control_plane_name(asked.wanted, node)) {
    return std::nullopt;
  }
  if (auto verdict = has_disk ? not_the_last_control_plane(asked, node) : Verdict{}) {
    return verdict;
  }
  if (asked.etcd.presence == Presence::absent) {
    return std::nullopt;
  }
  if (auto verdict = list_must_be_read(asked)) {
    return verdict;
  }
  if (std::ranges::any_of(asked.etcd.members, [&](const EtcdMember& each) { return each.node == node; })) {
    QuorumAnswer answer = may_remove(asked.etcd, node);
    return Refusal{quorum_rule, answer.allows ? fmt::format("{} is still a member of etcd: it has to leave first", node)
                                              : std::move(answer.why)};
  }
  note_passed(asked.passed, quorum_rule,
              [&] { return fmt::format("{} is no member of etcd by then: nothing counts on it", node); });
  return std::nullopt;
}

Verdict why_not_give_up_data(const Membership& asked, const Disk& disk) {
  if (!is_control_plane_name(asked.wanted, disk.node) || !disk.was_booted) {
    return std::nullopt;
  }
  VoterCount count = count_voters(asked.etcd);
  bool is_healthy = std::ranges::any_of(
      asked.etcd.members, [&](const EtcdMember& member) { return member.node == disk.node && member.healthy; });
  if (asked.etcd.presence == Presence::present && asked.etcd.has_leader &&
      count.healthy - (is_healthy ? 1 : 0) >= quorum_of(count.voters)) {
    note_passed(asked.passed, "bootstrap-once", [&] {
      return fmt::format("etcd's data lives on elsewhere: {} of {} members are healthy without {}, {} are needed",
                         count.healthy - (is_healthy ? 1 : 0), count.voters, disk.node, quorum_of(count.voters));
    });
    return std::nullopt;
  }
  return Refusal{"bootstrap-once", fmt::format("the disk {} may hold etcd's only data: it is never replaced while no "
                                               "other members have quorum",
                                               disk.path)};
}

std::string lost_quorum_text(const Membership& asked) {
  std::set<std::string> names = voters_of(asked);
  std::vector<std::string> gone;
  std::vector<std::string> off;
  for (const std::string& name : names) {
    const Machine* machine = our_machine(asked.found, asked.wanted, name);
    if (machine == nullptr || disk_at(asked.found.host, machine->disk_path, name) == nullptr) {
      gone.push_back(name);
    } else if (machine->power != Power::running) {
      off.push_back(name);
    }
  }
  auto count = static_cast<int>(names.size());
  int running = count - static_cast<int>(gone.size() + off.size());
  // A file that names fewer than there were says nothing of the others.
  std::string text =
      running < quorum_of(count)
          ? fmt::format("etcd has lost its quorum: {} of {} known control planes run{}, and a leader needs {}", running,
                        count, running == 1 ? "s" : "", quorum_of(count))
          : "etcd has lost its quorum: its members show no leader, so at least half of them are gone";
  text += gone.empty() ? "" : fmt::format("; gone: {}", fmt::join(gone, ", "));
  text += off.empty() ? "" : fmt::format("; off: {}", fmt::join(off, ", "));
  return text + ". " + recovery_advice(asked.wanted, survivor_of(asked));
}

std::string moved_addresses_text(const Membership& asked) {
  std::vector<std::string> moved;
  for (const EtcdMember& member : asked.etcd.members) {
    moved.push_back(fmt::format("{} was {}", member.node, member.peer_address));
  }
  return fmt::format(
      "etcd has lost its quorum: the addresses of all its members moved at once ({}), and without node addresses "
      "(network.nodeSubnet is none) they no longer find one another. {}",
      fmt::join(moved, ", "), recovery_advice(asked.wanted, survivor_of(asked)));
}

std::string alarms_text(const EtcdState& etcd) {
  if (etcd.alarms.empty()) {
    return {};
  }
  return fmt::format("the alarm{} {}", etcd.alarms.size() == 1 ? "" : "s", fmt::join(etcd.alarms, ", "));
}

std::string recovery_advice(const ClusterSpec& wanted, std::string_view survivor) {
  std::string text = fmt::format("To recover: take a snapshot (tbx keeps its own in _out/{}/snapshots", wanted.name);
  if (survivor.empty()) {
    text += ") and run talosctl bootstrap --recover-from=FILE on one control plane";
  } else {
    text += fmt::format(
        "; the newest data is on {0}: talosctl -n {0} cp /var/lib/etcd/member/snap/db .), wipe etcd on each control "
        "plane "
        "that runs (talosctl -n NODE reset --graceful=false --reboot --system-labels-to-wipe EPHEMERAL), and run "
        "talosctl "
        "bootstrap --recover-from=FILE on one of them, for a copied file with --recover-skip-hash-check",
        survivor);
  }
  return text + ". Then tbx apply. To begin anew, with nothing kept: tbx destroy, then tbx apply.";
}

}  // namespace tbx
