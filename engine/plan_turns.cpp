// Whose turn it is: one control plane at a time is away, and of a pool of workers as many as the file allows. Control
// planes that join come first, then changes, upgrades hop by hop, and in the end those that leave for good: unless
// nothing else could restart before they have left.
#include <algorithm>
#include <map>
#include <set>

#include "engine/planning.h"

namespace tbx {

namespace {

bool is_control_plane(const NodePlan& node) { return node.spec->role == Role::control_plane; }

/// It has no member of etcd, or one that does not answer or does not vote yet.
bool is_away(const Planning& planning, const NodePlan& node) {
  return std::ranges::none_of(planning.found.etcd.members, [&](const EtcdMember& member) {
    return member.node == node.spec->name && member.healthy && !member.learner;
  });
}

/// Its config makes it a member of etcd: it has none, or one that is taken off the list first.
bool is_new_member(const Planning& planning, const NodePlan& node) {
  bool has_none = member_of(planning.found.etcd, node.spec->name) == nullptr;
  return has_none || (is_away(planning, node) && member_removal_of(planning, node.spec->name).exists());
}

/// The steps after which a node is whole again, the last of them last. No control plane waits for another's Node before
/// there is an API: that one waits for all control planes itself.
std::vector<Step> ends_of(const Planning& planning, const NodePlan& node) {
  // The config of a control plane may let pods come to it, before workers go.
  std::vector<Step> ends{is_control_plane(node) ? node.configured : Step{}, node.talos_ready, node.member};
  if (!is_control_plane(node) || !planning.api.exists()) {
    for (Step step : {node.ready, node.uncordoned}) {
      ends.push_back(step);
    }
  }
  std::erase_if(ends, [](Step step) { return !step.exists(); });
  return ends;
}

class TurnTaking {
 public:
  explicit TurnTaking(Planning& planning) : planning_(planning) {}

  void take() {
    // Before there is an etcd nobody's absence hurts it, and its bootstrap waits for all control planes.
    bool has_etcd = planning_.phase != EtcdPhase::never_bootstrapped && planning_.phase != EtcdPhase::lost;
    if (has_etcd) {
      come_back();
      if (!planning_.joins_come_last) {
        join();
      }
    }
    joins_before_changes();
    if (planning_.departures_come_first) {
      leave(Role::control_plane);
      leave(Role::worker);
      // One that is only off etcd's list still serves the API, and is stopped next.
      for (const Departure& departure : planning_.departures) {
        control_planes_.push_back(departure.gone);
      }
    }
    if (has_etcd) {
      change_control_planes([&](const NodePlan& node) { return !is_away(planning_, node); });
    }
    change_workers();
    for (const HopPlan& hop : planning_.hops) {
      make_room_for(hop);
      upgrade(hop);
    }
    if (planning_.joins_come_last) {
      join();
    }
    leave(Role::worker);
    leave(Role::control_plane);
  }

 private:
  void order_all(const std::vector<Step>& before, Step after) {
    for (Step step : before) {
      planning_.builder.order(step, after);
    }
  }

  /// Adding a member takes all of them healthy: the dead are off the list by then, and those that are away are back.
  void come_back() {
    std::vector<Step> back = planning_.brought_back;
    for (const auto& [node, removed] : planning_.members_removed) {
      back.push_back(removed);
    }
    for (const Departure& departure : planning_.departures) {
      if (departure.is_sick) {
        order_all(back, departure.begin);
        back.push_back(departure.left);
      }
    }
    for (const NodePlan& node : planning_.nodes) {
      bool stays_put = is_control_plane(node) && !node.disturbed.exists();
      if (comes_last(node) || (stays_put && is_new_member(planning_, node))) {
        joining_.push_back(&node);
      } else if (stays_put && node.member.exists()) {
        back.push_back(node.member);
      }
    }
    control_planes_ = back;
    change_control_planes([&](const NodePlan& node) { return is_away(planning_, node) && !comes_last(node); });
  }

  /// It gets a config of its own only when nobody has to restart any more.
  bool comes_last(const NodePlan& node) const {
    return planning_.joins_come_last && is_control_plane(node) && is_new_member(planning_, node) && !has_config(node);
  }

  /// What lets it join. One that is off may have a config already, and joins when it starts.
  Step join_of(const NodePlan& node) const {
    for (Step step : {node.disturbed, node.configured}) {
      if (step.exists()) {
        return step;
      }
    }
    return comes_last(node) ? node.running : Step{};
  }

  void join() {
    for (const NodePlan* node : joining_) {
      order_all(control_planes_, join_of(*node));
    }
    if (planning_.joins_come_last) {
      for (const NodePlan* node : joining_) {
        std::ranges::copy(ends_of(planning_, *node), std::back_inserter(control_planes_));
      }
    }
  }

  /// Whatever is waited for of nodes that are not taken away themselves: only when they are there may others go.
  void joins_before_changes() {
    for (const NodePlan& node : planning_.nodes) {
      if (!node.disturbed.exists() && !comes_last(node)) {
        std::ranges::copy(ends_of(planning_, node),
                          std::back_inserter(is_control_plane(node) ? control_planes_ : workers_));
      }
    }
  }

  template <class Takes>
  void change_control_planes(const Takes& takes) {
    for (const NodePlan& node : planning_.nodes) {
      if (is_control_plane(node) && node.disturbed.exists() && takes(node)) {
        order_all(control_planes_, node.disturbed);
        control_planes_ = ends_of(planning_, node);
      }
    }
  }

  /// As many of a pool at once as it may do without.
  void change_workers() {
    std::map<std::string, std::vector<const NodePlan*>> pools;
    for (const NodePlan& node : planning_.nodes) {
      if (!is_control_plane(node) && node.disturbed.exists()) {
        pools[node.spec->pool].push_back(&node);
      }
    }
    for (const auto& [name, pool] : pools) {
      for (std::size_t i = 0; i < pool.size(); ++i) {
        auto at_once = static_cast<std::size_t>(pool[i]->spec->max_unavailable);
        order_all(i < at_once ? control_planes_ : ends_of(planning_, *pool[i - at_once]), pool[i]->disturbed);
        std::ranges::copy(ends_of(planning_, *pool[i]), std::back_inserter(workers_));
      }
    }
  }

  std::vector<Step> everything() const {
    std::vector<Step> all = control_planes_;
    all.insert(all.end(), workers_.begin(), workers_.end());
    return all;
  }

  /// Control planes one by one, then the workers; the next hop begins when all run the same.
  void upgrade(const HopPlan& hop) {
    std::vector<Step> before = everything();
    order_all(before, hop.snapshot);
    order_all(before, hop.cluster);
    planning_.builder.order(hop.snapshot, hop.cluster);
    if (hop.cluster.exists()) {
      control_planes_ = {hop.cluster};
      workers_.clear();
    }
    std::vector<Step> previous = hop.turns.empty() ? everything() : before;
    previous.push_back(hop.snapshot);
    std::map<std::string, std::vector<const UpgradeTurn*>> pools;
    std::vector<const UpgradeTurn*> control_planes;
    for (const UpgradeTurn& turn : hop.turns) {
      const NodePlan& node = planning_.nodes[turn.node];
      (is_control_plane(node) ? control_planes : pools[node.spec->pool]).push_back(&turn);
    }
    std::ranges::stable_partition(
        control_planes, [&](const UpgradeTurn* turn) { return is_away(planning_, planning_.nodes[turn->node]); });
    for (const UpgradeTurn* turn : control_planes) {
      order_all(previous, turn->begin);
      previous = {turn->end};
    }
    if (!hop.turns.empty()) {
      control_planes_ = previous;
      workers_.clear();
      upgrade_pools(pools);
    }
  }

  void upgrade_pools(const std::map<std::string, std::vector<const UpgradeTurn*>>& pools) {
    for (const auto& [name, pool] : pools) {
      for (std::size_t i = 0; i < pool.size(); ++i) {
        auto at_once = static_cast<std::size_t>(planning_.nodes[pool[i]->node].spec->max_unavailable);
        order_all(i < at_once ? control_planes_ : std::vector{pool[i - at_once]->end}, pool[i]->begin);
        workers_.push_back(pool[i]->end);
      }
    }
  }

  /// An upgrade of Kubernetes would upgrade those that go as well, and fails on those that are dead.
  void make_room_for(const HopPlan& hop) {
    if (!hop.cluster.exists()) {
      return;
    }
    leave(Role::worker);
    if (hop.comes_after_departures) {
      leave(Role::control_plane);
    }
    order_all(planning_.stale_nodes_gone, hop.cluster);
    for (const Departure& departure : planning_.departures) {
      if (departure.is_sick || departure.is_idle || has_left(departure)) {
        planning_.builder.order(departure.gone, hop.cluster);
      }
    }
  }

  bool has_left(const Departure& departure) const {
    return left_.contains(departure.is_control_plane ? Role::control_plane : Role::worker);
  }

  /// Credentials that name one of those that leave are of no use to anybody from then on. Where the departures come
  /// first, or before those that join, what the credentials are to name may only be known after them.
  void credentials_before_departures(std::vector<Step>& before) const {
    if (!planning_.departures_come_first && !planning_.joins_come_last) {
      before.insert(before.end(), {planning_.talosconfig, planning_.kubeconfig});
    } else if (!planning_.api.exists()) {
      before.push_back(planning_.kubeconfig);
    }
  }

  /// Each who leaves waits for each worker that stays. Where those would be too many edges, they wait for the last
  /// worker alone, and it waits for the others: then one that fails holds up the last one, too.
  void gather_workers() {
    constexpr std::size_t most_edges = 10'000;
    if (workers_.size() * planning_.departures.size() <= most_edges) {
      return;
    }
    Step last = workers_.back();
    workers_.pop_back();
    order_all(workers_, last);
    workers_ = {last};
  }

  /// One by one, and nobody before those that stay are there.
  void leave(Role role) {
    if (!left_.insert(role).second) {
      return;
    }
    gather_workers();
    std::vector<Step> before = everything();
    credentials_before_departures(before);
    for (const Departure& departure : planning_.departures) {
      if (departure.is_sick || departure.is_idle || departure.is_control_plane != (role == Role::control_plane)) {
        continue;
      }
      order_all(before, departure.begin);
      if (departure.left.exists()) {
        before.push_back(departure.gone);
        control_planes_.push_back(departure.gone);
      }
    }
  }

  Planning& planning_;
  std::vector<const NodePlan*> joining_;
  std::vector<Step> control_planes_;  ///< what the next of them waits for
  std::vector<Step> workers_;         ///< ends of all workers' turns so far
  std::set<Role> left_;               ///< those of them that are to go have their turn already
};

}  // namespace

void plan_turns(Planning& planning) { TurnTaking(planning).take(); }

}  // namespace tbx
