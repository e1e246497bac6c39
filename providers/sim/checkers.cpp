#include "providers/sim/checkers.h"

#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

bool is_wanted(const ClusterSpec& spec, const std::string& node) {
  return std::ranges::find(spec.nodes, node, &NodeSpec::name) != spec.nodes.end();
}

bool has_member(const World& world, const std::string& cluster, const std::string& node) {
  const SimCluster* found = cluster_named(world, cluster);
  return found != nullptr && !member_of_node(*found, node).empty();
}

bool disrupts(const Op& op) {
  if (const auto* config = std::get_if<ApplyConfig>(&op)) {
    return config->mode == ConfigMode::reboot;
  }
  return std::holds_alternative<StopMachine>(op) || std::holds_alternative<DeleteMachine>(op) ||
         std::holds_alternative<DeleteDisk>(op) || std::holds_alternative<ResizeMachine>(op) ||
         std::holds_alternative<UpgradeTalos>(op);
}

/// Nodes whose member of etcd lives.
std::set<std::string> living_members(const World& world, const std::string& cluster) {
  std::set<std::string> nodes;
  const SimCluster* found = cluster_named(world, cluster);
  if (found != nullptr) {
    for (const auto& [id, member] : found->members) {
      if (member_lives(world, cluster, id)) {
        nodes.insert(member.node);
      }
    }
  }
  return nodes;
}

std::string leading_node(const World& world, const std::string& cluster) {
  std::string leader = leader_of(world, cluster);
  return leader.empty() ? "" : cluster_named(world, cluster)->members.at(leader).node;
}

int disks_with_data(const World& world, const std::string& cluster) {
  return static_cast<int>(std::ranges::count_if(world.disks, [&](const auto& disk) {
    return disk.second.installed.cluster == cluster && disk.second.installed.etcd_incarnation > 0;
  }));
}

/// The first key whose foreign value is not the same in the other map; empty: none. Guests live on by themselves.
template <class Map, class IsForeign, class Same>
std::string first_changed(const Map& before, const Map& after, const IsForeign& foreign, const Same& same) {
  for (const auto& [key, value] : before) {
    if (!foreign(value)) {
      continue;
    }
    auto now = after.find(key);
    if (now == after.end() || !same(value, now->second)) {
      return key;
    }
  }
  return {};
}

}  // namespace

void Checkers::report(const World& world, std::string rule, std::string what) {
  violations_.push_back({std::move(rule), std::move(what), world.clock.now_seconds});
}

void Checkers::after(const Step& step) {
  check_quorum(step);
  check_leadership(step);
  check_disruptions(step);
  check_bootstraps(step);
  if (step.op != nullptr) {
    check_foreign(step);
    check_data(step);
  }
}

/// Nobody did it; or a member that lived when the op was started, and that it is not about, has died since.
bool Checkers::lost_meanwhile(const Step& step) const {
  if (step.op == nullptr) {
    return true;
  }
  auto started = alive_at_start_.find(id_of(*step.op));
  if (started == alive_at_start_.end()) {
    return false;
  }
  std::set<std::string> alive = living_members(step.before, spec_.name);
  return std::ranges::any_of(
      started->second, [&](const std::string& node) { return node != target_of(*step.op) && !alive.contains(node); });
}

/// A quorum that a disturbance took is not ours to answer for, until it is there again.
void Checkers::check_quorum(const Step& step) {
  bool had = has_quorum(step.before, spec_.name);
  bool has = has_quorum(step.after, spec_.name);
  lost_by_disturbance_ = !has && (lost_by_disturbance_ || (had && lost_meanwhile(step)));
  bool ours = had && !has && step.op != nullptr && goal_ == Goal::converge;
  const SimCluster* cluster = cluster_named(step.after, spec_.name);
  bool is_single = cluster != nullptr && cluster->members.size() <= 1;
  // With one member a pause is all that happens, as long as its data stays.
  if (ours && !lost_by_disturbance_ && !(is_single && disks_with_data(step.after, spec_.name) > 0)) {
    report(step.after, "quorum", fmt::format("etcd lost its quorum by {}", id_of(*step.op)));
  }
}

/// A control plane that we stopped has to live again before the next one is stopped, whichever op does it.
void Checkers::check_disruptions(const Step& step) {
  if (goal_ == Goal::destroy) {
    return;
  }
  std::set<std::string> alive = living_members(step.after, spec_.name);
  std::erase_if(disrupted_, [&](const std::string& node) {
    return alive.contains(node) || !has_member(step.after, spec_.name, node);
  });
  if (step.op == nullptr) {
    return;
  }
  for (const std::string& node : living_members(step.before, spec_.name)) {
    if (alive.contains(node) || !has_member(step.after, spec_.name, node)) {
      continue;
    }
    for (const std::string& other : disrupted_) {
      report(step.after, "one-disruption",
             fmt::format("{} stopped {} before {} was back", id_of(*step.op), node, other));
    }
    disrupted_.insert(node);
  }
}

/// A leader that we take away without a word costs the others an election, during which nobody writes. One that came to
/// lead while the op ran, since another died, is not our doing.
void Checkers::check_leadership(const Step& step) {
  if (step.op == nullptr || goal_ == Goal::destroy) {
    return;
  }
  const std::string& node = target_of(*step.op);
  if (std::holds_alternative<HandOverLeadership>(*step.op)) {
    led_over_.insert(node);
    return;
  }
  std::set<std::string> alive = living_members(step.before, spec_.name);
  if (!alive.contains(node) || living_members(step.after, spec_.name).contains(node)) {
    return;
  }
  auto started = leader_at_start_.find(id_of(*step.op));
  bool led =
      leading_node(step.before, spec_.name) == node && (started == leader_at_start_.end() || started->second == node);
  if (led && alive.size() > 1 && !led_over_.contains(node)) {
    report(step.after, "leadership", fmt::format("{} took the leader of etcd away", id_of(*step.op)));
  }
  led_over_.erase(node);
}

void Checkers::check_bootstraps(const Step& step) {
  const SimCluster* before = cluster_named(step.before, spec_.name);
  const SimCluster* after = cluster_named(step.after, spec_.name);
  int was = before == nullptr ? 0 : before->facts.bootstraps;
  int is = after == nullptr ? 0 : after->facts.bootstraps;
  if (is > was && was > 0) {
    report(step.after, "bootstrap-once", fmt::format("etcd was bootstrapped {} times", is));
  }
}

void Checkers::check_foreign(const Step& step) {
  auto theirs = [&](const auto& value) { return value.mark.cluster != spec_.name; };
  std::string machine = first_changed(
      step.before.machines, step.after.machines, theirs, [](const SimMachine& left, const SimMachine& right) {
        return left.cpu_count == right.cpu_count && left.power == right.power && left.memory_mib == right.memory_mib &&
               left.mark == right.mark && left.disk == right.disk && left.switch_name == right.switch_name;
      });
  std::string disk = first_changed(step.before.disks, step.after.disks, theirs,
                                   [](const SimDisk& left, const SimDisk& right) { return left == right; });
  auto foreign_lines = [&](const World& world) {
    std::vector<HostsLine> lines;
    std::ranges::copy_if(world.hosts_file, std::back_inserter(lines),
                         [&](const HostsLine& line) { return line.cluster != spec_.name; });
    return lines;
  };
  std::string line = foreign_lines(step.before) == foreign_lines(step.after) ? "" : "a line of the hosts file";
  for (const std::string& what : {machine, disk, line}) {
    if (!what.empty()) {
      report(step.after, "not-ours", fmt::format("{} touched {}, which is not ours", id_of(*step.op), what));
    }
  }
}

/// The last data of etcd, and what the file still names.
void Checkers::check_data(const Step& step) {
  if (goal_ == Goal::destroy) {
    return;
  }
  if (disks_with_data(step.before, spec_.name) > 0 && disks_with_data(step.after, spec_.name) == 0) {
    report(step.after, "still-wanted", fmt::format("{} deleted the last data of etcd", id_of(*step.op)));
  }
  const std::string& node = target_of(*step.op);
  bool deletes = std::holds_alternative<DeleteMachine>(*step.op) || std::holds_alternative<DeleteDisk>(*step.op);
  if (deletes && is_wanted(spec_, node) && step.before != step.after) {
    deleted_.insert(node);
  }
}

void Checkers::before_start(const World& world, const Op& op, const std::vector<const Op*>& running) {
  std::set<std::string> alive = living_members(world, spec_.name);
  alive_at_start_[id_of(op)] = alive;
  leader_at_start_[id_of(op)] = leading_node(world, spec_.name);
  if (goal_ == Goal::destroy || !disrupts(op)) {
    return;
  }
  // Nothing is taken from a member that is down already.
  if (!alive.contains(target_of(op))) {
    return;
  }
  for (const Op* other : running) {
    if (disrupts(*other) && target_of(*other) != target_of(op) && alive.contains(target_of(*other))) {
      report(world, "one-disruption", fmt::format("{} starts while {} runs", id_of(op), id_of(*other)));
    }
  }
}

void Checkers::at_end(const World& world) {
  for (const std::string& node : deleted_) {
    if (node_machine(world, spec_.name, node) == nullptr) {
      report(world, "still-wanted", fmt::format("{} was deleted, and the file names it", node));
    }
  }
}

void Checkers::check_second_plan(const World& world, const Plan& plan) {
  if (!plan.converged()) {
    std::string first = plan.actions.empty() ? "what is refused or unknown" : id_of(plan.actions.front().op);
    report(world, "second-plan", fmt::format("apply said that nothing is left to do, and a second plan has {}", first));
  }
}

}  // namespace tbx::sim
