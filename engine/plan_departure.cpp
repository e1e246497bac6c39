// One of our machines goes: first out of etcd, then out of Kubernetes, then off the host; design, section 6.
#include <algorithm>

#include <fmt/format.h>

#include "engine/etcd_quorum.h"
#include "engine/json_text.h"
#include "engine/ownership.h"
#include "engine/planning.h"

namespace tbx {

namespace {

/// The steps of one removal, each after the one before.
class Departing {
 public:
  Departing(Planning& planning, const Machine& machine, const Removal& removal)
      : planning_(planning),
        builder_(planning.builder),
        machine_(machine),
        removal_(removal),
        node_(kubernetes_node(planning.found.kubernetes, machine.name)) {}

  std::optional<RemovalSteps> plan() {
    // The rules first: a machine that stays needs its member.
    if (is_kept() || !leave_etcd()) {
      return std::nullopt;
    }
    Step deleted = builder_.add({deletion(),
                                 removal_.reason,
                                 Impact::data_loss,
                                 {{"machine", json_text("present"), json_text("absent")}},
                                 &planning_.membership});
    drain();
    stop();
    if (node_ != nullptr) {
      append(plan_node_deletion(planning_, *node_, removal_.reason, last_));
    }
    builder_.order(last_, deleted);
    append(deleted);
    if (wanted_node(planning_.wanted, machine_.name) == nullptr) {
      bool is_idle = machine_.power == Power::off && !left_.exists();
      planning_.departures.push_back({machine_.name, begin_, left_, deleted,
                                      is_control_plane_name(planning_.wanted, machine_.name), is_sick_, is_idle});
    }
    return RemovalSteps{begin_, deleted};
  }

 private:
  void append(Step step) {
    if (step.exists()) {
      begin_ = begin_.exists() ? begin_ : step;
      last_ = step;
    }
  }

  DeleteMachine deletion() const { return {machine_.name, machine_.id, removal_.replaces_node}; }

  /// A rule keeps the VM, whatever its member of etcd does.
  bool is_kept() {
    EtcdState left = planning_.membership;
    std::erase_if(left.members, [&](const EtcdMember& member) { return member.node == machine_.name; });
    // Of a control plane that is asked below, when the list is known.
    bool is_asked_later = left.presence == Presence::unknown && is_control_plane_name(planning_.wanted, machine_.name);
    bool is_kept = !is_asked_later && builder_.why_refused(deletion(), &left);
    if (is_kept) {
      builder_.add({deletion(), removal_.reason, Impact::data_loss, {}, &left});  // refused, with what it was judged by
    }
    return is_kept;
  }

  /// False: a rule said no, or the membership is not known.
  bool leave_etcd() {
    const EtcdState& etcd = planning_.found.etcd;
    bool never_was = etcd.presence == Presence::absent && planning_.phase != EtcdPhase::asleep;
    if (!is_control_plane_name(planning_.wanted, machine_.name) || never_was) {
      return true;
    }
    if (planning_.phase == EtcdPhase::asleep) {
      builder_.unknown(System::talos, "etcd sleeps: who its members are is known once its control planes run");
      return false;
    }
    if (etcd.presence == Presence::unknown) {
      if (planning_.found.talos_presence != Presence::unknown) {
        builder_.unknown(System::talos, "etcd's member list can't be read: " + etcd.reason);
      }
      return false;
    }
    const EtcdMember* found = member_of(planning_.membership, machine_.name);
    if (found == nullptr) {
      return true;
    }
    const EtcdMember member = *found;
    bool leaves_itself = member.healthy && !member.learner && machine_.power == Power::running;
    is_sick_ = !leaves_itself;
    // The rules first: what is refused needs no steps on the way to it.
    left_ = leaves_itself ? leave(member) : plan_member_removal(planning_, member, removal_.reason, {});
    if (builder_.is_refused(left_)) {
      return false;
    }
    append(plan_snapshot(planning_, machine_.name, fmt::format("before {} goes", machine_.name)));
    if (leaves_itself) {
      drain();
      append(builder_.add({HandOverLeadership{machine_.name}, removal_.reason}, {last_}));
    } else if (!member.learner) {
      stop();  // one that runs would go on as it is
    }          // A learner may be promoted at any moment: it goes off the list before etcd counts on its machine.
    builder_.order(last_, left_);
    append(left_);
    return true;
  }

  Step leave(const EtcdMember& member) {
    int voters = count_voters(planning_.membership).voters;
    Step step = builder_.add({LeaveEtcd{machine_.name, member.id},
                              fmt::format("{}; {}", removal_.reason, arithmetic(voters, voters - 1)),
                              Impact::disruptive,
                              {{"member", json_text("healthy"), json_text("absent")}},
                              &planning_.membership});
    if (!builder_.is_refused(step)) {
      std::erase_if(planning_.membership.members, [&](const EtcdMember& each) { return each.id == member.id; });
    }
    return step;
  }

  /// A Node of this name that is another machine's is not this one's to drain.
  void drain() {
    bool is_this_machine = node_ != nullptr && (node_->system_uuid.empty() || machine_.bios_guid.empty() ||
                                                node_->system_uuid == machine_.bios_guid);
    if (!is_drained_ && is_this_machine && node_->ready && machine_.power == Power::running && !is_stopped_) {
      append(builder_.add({DrainNode{machine_.name}, removal_.reason, Impact::disruptive}, {last_}));
    }
    is_drained_ = true;
  }

  void stop() {
    if (!is_stopped_ && machine_.power != Power::off) {
      append(builder_.add(
          {StopMachine{machine_.name, machine_.id}, removal_.reason, Impact::restart, {}, &planning_.membership},
          {last_}));
    }
    is_stopped_ = true;
  }

  Planning& planning_;
  PlanBuilder& builder_;
  const Machine& machine_;
  const Removal& removal_;
  const KubernetesNode* node_;
  Step begin_;
  Step last_;
  Step left_;
  bool is_drained_ = false;
  bool is_stopped_ = false;
  bool is_sick_ = false;
};

}  // namespace

std::optional<RemovalSteps> plan_machine_removal(Planning& planning, const Machine& machine, const Removal& removal) {
  return Departing(planning, machine, removal).plan();
}

Step plan_node_deletion(Planning& planning, const KubernetesNode& node, const std::string& reason, Step after) {
  return planning.builder.add({DeleteNode{node.name, node.system_uuid},
                               reason,
                               Impact::none,
                               {{"node", json_text("present"), json_text("absent")}}},
                              {after});
}

}  // namespace tbx
