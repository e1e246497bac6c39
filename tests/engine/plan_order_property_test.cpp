// Whatever is edited and whatever went wrong: run in any order that its dependencies allow, a plan keeps etcd alive.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/etcd_quorum.h"
#include "engine/ownership.h"
#include "engine/plan.h"
#include "tests/support/any_world.h"
#include "tests/support/property.h"

namespace tbx {
namespace {

using test::any_case;
using test::AnyCase;
using test::one_in;
using test::pick;

/// What etcd is like while a plan runs, at its worst: whoever is taken down comes back only when it is waited for.
class Rehearsed {
 public:
  explicit Rehearsed(const AnyCase& given) : given_(given) {
    for (const EtcdMember& member : given.found.etcd.members) {
      members_[member.id] = member;
    }
    had_quorum_ = given.found.etcd.has_leader && has_quorum();
  }

  void begin(const Op& op) {
    bool had_quorum = has_quorum();
    if (const auto* leave = std::get_if<LeaveEtcd>(&op)) {
      members_.erase(leave->member_id);
    }
    if (const auto* removed = std::get_if<RemoveEtcdMember>(&op)) {
      members_.erase(removed->member_id);
    }
    const auto* config = std::get_if<ApplyConfig>(&op);
    if (std::holds_alternative<StopMachine>(op) || std::holds_alternative<UpgradeTalos>(op) ||
        (config != nullptr && config->mode == ConfigMode::reboot)) {
      take_down(target_of(op), id_of(op));
    }
    if (config != nullptr && is_control_plane_name(given_.wanted, config->target) && is_new(config->target)) {
      expect_all_healthy(id_of(op));
    }
    bool deletes = std::holds_alternative<DeleteMachine>(op) || std::holds_alternative<DeleteDisk>(op);
    if (deletes && is_member(target_of(op))) {
      complain(id_of(op) + " while it is a member");
    }
    bool only_pauses = count().voters == 1 && !deletes;
    if (had_quorum_ && had_quorum && !has_quorum() && !only_pauses) {
      complain("no quorum after " + id_of(op));
    }
  }

  void end(const Op& op) {
    if (!std::holds_alternative<AwaitEtcdMember>(op)) {
      return;
    }
    const std::string& node = target_of(op);
    down_.erase(node);
    EtcdMember* own = own_member(node);
    if (own == nullptr) {
      members_["new-" + node] = {"new-" + node, node, true, false, false};
    } else {
      own->healthy = true;
      own->learner = false;
    }
  }

  const std::string& complaint() const { return complaint_; }

 private:
  bool is_member(const std::string& node) const {
    return std::ranges::any_of(members_, [&](const auto& each) { return each.second.node == node; });
  }

  /// An old one of the same name beside it stays as it is. Null: it has none.
  EtcdMember* own_member(const std::string& node) {
    EtcdMember* own = nullptr;
    for (auto& [id, member] : members_) {
      if (member.node == node && (own == nullptr || own->learner)) {
        own = &member;
      }
    }
    return own;
  }

  bool is_new(const std::string& node) const {
    const TalosNode* talos = talos_node(given_.found, node);
    bool is_blank = talos == nullptr || talos->presence == Presence::absent || talos->stage == TalosStage::maintenance;
    return had_quorum_ && is_blank && !is_member(node);
  }

  VoterCount count() const {
    EtcdState etcd;
    for (const auto& [id, member] : members_) {
      etcd.members.push_back(member);
    }
    return count_voters(etcd);
  }

  bool has_quorum() const { return count().healthy >= quorum_of(count().voters); }

  void take_down(const std::string& node, const std::string& id) {
    bool counts = false;
    for (auto& [key, member] : members_) {
      counts = counts || (member.node == node && member.healthy && !member.learner);
      member.healthy = member.healthy && member.node != node;
    }
    if (!counts) {
      return;
    }
    if (!down_.empty() && !down_.contains(node)) {
      complain(fmt::format("{} while {} is away", id, *down_.begin()));
    }
    down_.insert(node);
  }

  void expect_all_healthy(const std::string& id) {
    if (count().healthy < count().voters) {
      complain(id + " joins while not all members are healthy");
    }
  }

  void complain(std::string what) { complaint_ = complaint_.empty() ? std::move(what) : complaint_; }

  const AnyCase& given_;
  std::map<std::string, EtcdMember> members_;
  std::set<std::string> down_;
  bool had_quorum_ = false;
  std::string complaint_;
};

struct Event {
  ActionId action;
  bool begins;
};

/// Any order that the dependencies allow, with as much at once as they allow.
std::vector<Event> any_run(const Plan& plan) {
  std::vector<int> waits(plan.actions.size());
  std::vector<std::vector<ActionId>> next(plan.actions.size());
  for (const Dependency& edge : plan.dependencies) {
    ++waits[edge.after];
    next[edge.before].push_back(edge.after);
  }
  std::vector<ActionId> ready;
  std::vector<ActionId> running;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (waits[id] == 0 && !std::ranges::binary_search(plan.blocked, id)) {
      ready.push_back(id);
    }
  }
  auto take = [](std::vector<ActionId>& from) {
    auto place = from.begin() + pick(0, static_cast<int>(from.size()) - 1);
    ActionId id = *place;
    from.erase(place);
    return id;
  };
  std::vector<Event> events;
  while (!ready.empty() || !running.empty()) {
    if (!ready.empty() && (running.empty() || one_in(2))) {
      running.push_back(take(ready));
      events.push_back({running.back(), true});
      continue;
    }
    ActionId ended = take(running);
    events.push_back({ended, false});
    for (ActionId id : next[ended]) {
      if (--waits[id] == 0 && !std::ranges::binary_search(plan.blocked, id)) {
        ready.push_back(id);
      }
    }
  }
  return events;
}

std::string text_of(const AnyCase& given, const Plan& plan) {
  std::string text;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    text += std::ranges::binary_search(plan.blocked, id) ? "(blocked) " : "";
    text += id_of(plan.actions[id]) + " <-";
    for (const Dependency& edge : plan.dependencies) {
      text += edge.after == id ? " " + id_of(plan.actions[edge.before]) : "";
    }
    text += "\n";
  }
  for (const Refused& refused : plan.refused) {
    text += fmt::format("refused {} ({}) {}\n", id_of(refused.op), refused.rule, refused.reason);
  }
  for (const NodeSpec& node : given.wanted.nodes) {
    text += fmt::format("wanted {}: {} MiB, {} GiB\n", node.name, node.memory_mib, node.disk_gib);
  }
  for (const auto& [node, id] : given.replaced) {
    text += fmt::format("to be made anew {}\n", node);
  }
  for (const Machine& machine : given.found.host.machines) {
    text += fmt::format("machine {}: power {}, {} MiB, bootstrap {}\n", machine.name, static_cast<int>(machine.power),
                        machine.memory_mib, static_cast<int>(machine.mark.bootstrap));
  }
  for (const Disk& disk : given.found.host.disks) {
    text += fmt::format("disk {}: {} GiB\n", disk.node, disk.size_gib);
  }
  for (const auto& [node, talos] : given.found.talos) {
    text += fmt::format("talos {}: presence {}, stage {}, {}\n", node, static_cast<int>(talos.presence),
                        static_cast<int>(talos.stage), talos.version);
  }
  for (const EtcdMember& member : given.found.etcd.members) {
    text += fmt::format("member {} {}: healthy {}, learner {}, leader {}\n", member.id, member.node, member.healthy,
                        member.learner, member.leader);
  }
  return text;
}

template <class... Ops>
bool is_any(const Op& op) {
  return (std::holds_alternative<Ops>(op) || ...);
}

TBX_PROPERTY(PlanOrder, KeepsTheQuorumAndDisturbsOneControlPlaneAtATime, 3000, ()) {
  AnyCase given = any_case();
  Plan plan = given.plan();
  for (int run = 0; run < 3; ++run) {
    Rehearsed etcd(given);
    for (const Event& event : any_run(plan)) {
      const Op& op = plan.actions[event.action].op;
      event.begins ? etcd.begin(op) : etcd.end(op);
    }
    if (!etcd.complaint().empty()) {
      RC_FAIL(etcd.complaint() + "\n" + text_of(given, plan));
    }
  }
}

TBX_PROPERTY(PlanOrder, LetsNobodyLeaveBeforeThoseThatJoinAreThere, 1000, ()) {
  AnyCase given = any_case();
  Plan plan = given.plan();
  std::set<std::string> awaited;
  for (const Event& event : any_run(plan)) {
    const Op& op = plan.actions[event.action].op;
    if (!event.begins && std::holds_alternative<AwaitEtcdMember>(op)) {
      awaited.insert(target_of(op));
    }
    if (!event.begins || !std::holds_alternative<LeaveEtcd>(op) || given.replaced.contains(target_of(op)) ||
        wanted_node(given.wanted, target_of(op)) != nullptr) {
      continue;
    }
    for (const Action& other : plan.actions) {
      const std::string& node = target_of(other.op);
      bool joins =
          std::holds_alternative<AwaitEtcdMember>(other.op) &&
          std::ranges::find(given.found.etcd.members, node, &EtcdMember::node) == given.found.etcd.members.end();
      if (joins && !awaited.contains(node)) {
        RC_FAIL(id_of(op) + " before " + id_of(other) + "\n" + text_of(given, plan));
      }
    }
  }
}

TBX_PROPERTY(PlanOrder, TakesNothingAwayFromAProtectedNode, 1000, ()) {
  AnyCase given = any_case();
  Plan plan = given.plan();
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    const Action& action = plan.actions[id];
    const std::string& target = target_of(action.op);
    bool takes = is_any<LeaveEtcd, DeleteMachine, DeleteDisk>(action.op) ||
                 (is_any<RemoveEtcdMember>(action.op) && our_machine(given.found, given.wanted, target) != nullptr);
    if (takes && is_protected(given.wanted, target) && !std::ranges::binary_search(plan.blocked, id)) {
      RC_FAIL(id_of(action) + "\n" + text_of(given, plan));
    }
  }
}

TBX_PROPERTY(PlanOrder, TakesNoMemberOrControlPlaneAwayWhileEtcdIsNotKnown, 1000, ()) {
  AnyCase given = any_case();
  Plan plan = given.plan();
  if (given.found.etcd.presence == Presence::unknown) {
    for (ActionId id = 0; id < plan.actions.size(); ++id) {
      const Action& action = plan.actions[id];
      bool takes = is_any<LeaveEtcd, RemoveEtcdMember, DeleteMachine, DeleteDisk, StopMachine, UpgradeTalos>(action.op);
      if (takes && is_control_plane_name(given.wanted, target_of(action.op)) &&
          !std::ranges::binary_search(plan.blocked, id)) {
        RC_FAIL(id_of(action) + "\n" + text_of(given, plan));
      }
    }
  }
}

TBX_PROPERTY(PlanOrder, IsAnOrderAtAll, 1000, ()) {
  AnyCase given = any_case();
  Plan plan = given.plan();
  std::set<std::string> ids;
  for (const Action& action : plan.actions) {
    RC_ASSERT(ids.insert(id_of(action)).second);
  }
  for (const Dependency& edge : plan.dependencies) {
    RC_ASSERT(edge.before < edge.after);
  }
}

}  // namespace
}  // namespace tbx
