// Whose turn it is: one control plane at a time is away, and of a pool of workers as many as the file allows. Control
// planes that join come first, then changes, upgrades hop by hop, and in the end those that leave for good: unless
// nothing else could restart before they have left.
#include <algorithm>
#include <map>

#include "engine/planning.h"

namespace tbx {

namespace {

bool is_control_plane(const NodePlan& node) { return node.spec->role == Role::control_plane; }

/// The steps after which a node is whole again, the last of them last.
std::vector<Step> ends_of(const NodePlan& node) {
  std::vector<Step> ends;
  for (Step step : {node.talos_ready, node.member, node.ready, node.uncordoned}) {
    if (step.exists()) {
      ends.push_back(step);
    }
  }
  return ends;
}

class Turns {
 public:
  explicit Turns(Planning& planning) : planning_(planning) {}

  void take() {
    joins_before_changes();
    if (planning_.departures_come_first) {
      leave();
    }
    change_control_planes();
    change_workers();
    for (const HopPlan& hop : planning_.hops) {
      upgrade(hop);
    }
    if (!planning_.departures_come_first) {
      leave();
    }
  }

 private:
  void order_all(const std::vector<Step>& before, Step after) {
    for (Step step : before) {
      planning_.builder.order(step, after);
    }
  }

  /// Whatever is waited for of nodes that are not taken away themselves: only when they are there may others go.
  void joins_before_changes() {
    for (const NodePlan& node : planning_.nodes) {
      if (!node.disturbed.exists()) {
        std::ranges::copy(ends_of(node), std::back_inserter(is_control_plane(node) ? control_planes_ : workers_));
      }
    }
  }

  void change_control_planes() {
    for (const NodePlan& node : planning_.nodes) {
      if (is_control_plane(node) && node.disturbed.exists()) {
        order_all(control_planes_, node.disturbed);
        control_planes_ = ends_of(node);
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
        order_all(i < at_once ? control_planes_ : ends_of(*pool[i - at_once]), pool[i]->disturbed);
        std::ranges::copy(ends_of(*pool[i]), std::back_inserter(workers_));
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
    for (const UpgradeTurn& turn : hop.turns) {
      const NodePlan& node = planning_.nodes[turn.node];
      if (is_control_plane(node)) {
        order_all(previous, turn.begin);
        previous = {turn.end};
      } else {
        pools[node.spec->pool].push_back(&turn);
      }
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
  void leave() {
    gather_workers();
    std::vector<Step> before = everything();
    for (const Departure& departure : planning_.departures) {
      order_all(before, departure.begin);
      if (departure.left.exists()) {
        before.push_back(departure.left);
        control_planes_.push_back(departure.left);
      }
    }
  }

  Planning& planning_;
  std::vector<Step> control_planes_;  ///< what the next of them waits for
  std::vector<Step> workers_;         ///< ends of all workers' turns so far
};

}  // namespace

void plan_turns(Planning& planning) { Turns(planning).take(); }

}  // namespace tbx
