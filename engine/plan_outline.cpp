#include "engine/plan_outline.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "engine/step_folding.h"
#include "engine/upgrade_sections.h"

namespace tbx {
namespace {

struct Look {
  std::size_t alternative;
  Phase phase;
  Verb verb;
  bool is_node;
};

enum class Concerns { node, other };

template <class T>
constexpr Look look(Phase phase, Verb verb, Concerns whom) {
  return {alternative_of<T>(), phase, verb, whom == Concerns::node};
}

constexpr std::array looks = [] {
  using enum Phase;
  using enum Verb;
  using enum Concerns;
  return std::array{
      look<DownloadImage>(image_and_secrets, create, other),
      look<CreateDisk>(machines, create, node),
      look<GrowDisk>(machines, change, node),
      look<DeleteDisk>(machines, Verb::remove, node),
      look<CreateMachine>(machines, create, node),
      look<ResizeMachine>(machines, change, node),
      look<StartMachine>(machines, change, node),
      look<StopMachine>(machines, change, node),
      look<DeleteMachine>(machines, Verb::remove, node),
      look<MarkBootstrapping>(etcd_and_kubernetes, change, node),
      look<MarkBootstrapped>(etcd_and_kubernetes, change, node),
      look<AwaitAddress>(machines, wait, node),
      look<GenerateSecrets>(image_and_secrets, create, other),
      look<WriteTalosconfig>(talos, change, other),
      look<ApplyConfig>(talos, change, node),
      look<AwaitTalos>(talos, wait, node),
      look<UpgradeTalos>(upgrades, change, node),
      look<BootstrapEtcd>(etcd_and_kubernetes, create, node),
      look<AwaitEtcdMember>(etcd_and_kubernetes, wait, node),
      look<SnapshotEtcd>(etcd_and_kubernetes, change, other),
      look<HandOverLeadership>(machines, change, node),
      look<LeaveEtcd>(machines, Verb::remove, node),
      look<RemoveEtcdMember>(etcd_and_kubernetes, Verb::remove, node),
      look<WriteKubeconfig>(etcd_and_kubernetes, change, other),
      look<RestartKubelet>(nodes, change, node),
      look<AwaitApi>(etcd_and_kubernetes, wait, other),
      look<UpgradeKubernetes>(upgrades, change, other),
      look<ApplyNamespace>(addons, change, other),
      look<AwaitNode>(nodes, wait, node),
      look<AwaitNodeLost>(nodes, wait, node),
      look<LabelNode>(nodes, change, node),
      look<DrainNode>(machines, change, node),
      look<UncordonNode>(nodes, change, node),
      look<DeleteNode>(nodes, Verb::remove, node),
      look<ApplyAddressPool>(addons, change, other),
      look<ApplyRoute>(routes_and_access, change, other),
      look<DeleteRoute>(removal, Verb::remove, other),
      look<ApplyCustomResourceDefinitions>(addons, change, other),
      look<InstallRelease>(addons, create, other),
      look<UpgradeRelease>(addons, change, other),
      look<UnlockRelease>(addons, change, other),
      look<UninstallRelease>(removal, Verb::remove, other),
      look<AwaitRelease>(addons, wait, other),
      look<WriteHosts>(routes_and_access, change, other),
      look<AwaitRoute>(routes_and_access, wait, other),
      look<RemoveCredentials>(removal, Verb::remove, other),
  };
}();

constexpr bool each_alternative_has_its_look() {
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (looks[i].alternative != i) return false;
  }
  return looks.size() == std::variant_size_v<Op>;
}
static_assert(each_alternative_has_its_look(), "one look per alternative of Op, in its order");

const Look& look_of(const Op& op) { return looks[op.index()]; }

using Targets = std::unordered_set<std::string_view>;

/// Nodes of which something is deleted and nothing made or started: all their steps are a removal.
Targets leaving_nodes(const Plan& plan) {
  Targets leaving;
  for (const Action& action : plan.actions) {
    if (look_of(action.op).is_node && look_of(action.op).verb == Verb::remove) leaving.insert(target_of(action.op));
  }
  if (leaving.empty()) return leaving;
  for (const Action& action : plan.actions) {
    const bool stays = std::holds_alternative<CreateMachine>(action.op) ||
                       std::holds_alternative<StartMachine>(action.op) ||
                       std::holds_alternative<AwaitNode>(action.op) || std::holds_alternative<CreateDisk>(action.op);
    if (stays) leaving.erase(target_of(action.op));
  }
  return leaving;
}

/// Nodes that are taken away for a while: all their steps are one change, from the drain to the end of the wait.
Targets disturbed_nodes(const Plan& plan, const UpgradeSections& upgrades) {
  Targets disturbed;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    const Action& action = plan.actions[id];
    if (look_of(action.op).is_node && action.impact >= Impact::restart && !upgrades.of_step[id])
      disturbed.insert(target_of(action.op));
  }
  return disturbed;
}

bool is_step_of_a_node(Phase phase) {
  return phase == Phase::machines || phase == Phase::talos || phase == Phase::etcd_and_kubernetes ||
         phase == Phase::nodes;
}

/// Those whose nodes have their turns one after the other.
bool has_turns(Phase phase) { return phase == Phase::changes || phase == Phase::upgrades || phase == Phase::removal; }

/// Groups by target, in the order of their first steps.
class SectionBuilder {
 public:
  void add(ActionId id, const Op& op) {
    const std::string& target = target_of(op);
    const auto [found, is_new] = index_.try_emplace(target, groups_.size());
    if (is_new) groups_.push_back({target, false, {}, {}, 0, false});
    StepGroup& group = groups_[found->second];
    group.is_node = group.is_node || look_of(op).is_node;
    group.actions.push_back(id);
  }

  std::vector<StepGroup> take(Phase phase) {
    if (has_turns(phase)) return std::move(groups_);
    std::stable_sort(groups_.begin(), groups_.end(), [](const StepGroup& left, const StepGroup& right) {
      if (left.is_node != right.is_node) return left.is_node;
      return left.is_node ? natural_less(left.target, right.target) : left.actions.back() < right.actions.back();
    });
    return std::move(groups_);
  }

 private:
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<StepGroup> groups_;
};

class OutlineBuilder {
 public:
  OutlineBuilder(const Plan& plan, Folding folding) : plan_(plan), folding_(folding) {}

  void add(Phase phase, std::string title, SectionBuilder& steps) {
    std::vector<StepGroup> groups = steps.take(phase);
    if (groups.empty()) return;
    if (folding_ == Folding::on) groups = folded(plan_, groups, has_turns(phase) ? Turns::shown : Turns::none);
    if (phase == Phase::removal && waits_for_others(groups)) title += ", when what stays is ready";
    const bool is_as_before = folding_ == Folding::on && phase == Phase::upgrades && !sections_.empty() &&
                              sections_.back().phase == Phase::upgrades &&
                              repeats(plan_, sections_.back().groups, groups);
    sections_.push_back({phase, std::move(title), is_as_before, std::move(groups)});
  }

  std::vector<PlanSection> take() { return std::move(sections_); }

 private:
  /// Whether a node of the section is not touched before something else is waited for.
  bool waits_for_others(const std::vector<StepGroup>& groups) const {
    return std::ranges::any_of(groups, [&](const StepGroup& group) {
      const auto edges = std::ranges::equal_range(plan_.dependencies, group.actions.front(), {}, &Dependency::after);
      return group.is_node && std::ranges::any_of(edges, [&](const Dependency& edge) {
               return look_of(plan_.actions[edge.before].op).verb == Verb::wait;
             });
    });
  }

  const Plan& plan_;
  Folding folding_;
  std::vector<PlanSection> sections_;
};

}  // namespace

std::string_view title_of(Phase phase) {
  switch (phase) {
    case Phase::image_and_secrets:
      return "Image and secrets";
    case Phase::machines:
      return "Machines";
    case Phase::talos:
      return "Talos";
    case Phase::etcd_and_kubernetes:
      return "etcd and Kubernetes";
    case Phase::nodes:
      return "Nodes";
    case Phase::changes:
      return "Changes of running nodes";
    case Phase::upgrades:
      return "Upgrades";
    case Phase::addons:
      return "Addons";
    case Phase::routes_and_access:
      return "Routes and access";
    case Phase::removal:
      return "Removal";
  }
  return "";
}

Verb verb_of(const Action& action) {
  const Verb verb = look_of(action.op).verb;
  const bool is_new =
      !action.changes.empty() && std::all_of(action.changes.begin(), action.changes.end(),
                                             [](const Change& each) { return each.from == "\"absent\""; });
  return verb == Verb::change && is_new ? Verb::create : verb;
}

bool only_comes_or_goes(const Action& action) {
  constexpr std::string_view absent = "\"absent\"";
  return action.changes.size() == 1 && (action.changes.front().from == absent || action.changes.front().to == absent);
}

std::string_view symbol_of(Verb verb, const TextStyle& style) {
  switch (verb) {
    case Verb::create:
      return "+";
    case Verb::change:
      return "~";
    case Verb::remove:
      return "-";
    case Verb::wait:
      return style.ascii ? "." : "…";
  }
  return " ";
}

bool is_about_node(const Op& op) { return look_of(op).is_node; }

std::vector<PlanSection> outline_of(const Plan& plan, Folding folding) {
  constexpr auto phase_count = static_cast<std::size_t>(Phase::removal) + 1;
  const UpgradeSections upgrade = upgrade_sections_of(plan);
  const Targets leaving = leaving_nodes(plan);
  const Targets disturbed = disturbed_nodes(plan, upgrade);
  std::array<SectionBuilder, phase_count> by_phase;
  std::vector<SectionBuilder> by_release(upgrade.titles.size());
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    const Op& op = plan.actions[id].op;
    Phase phase = look_of(op).phase;
    if (leaving.contains(target_of(op)))
      phase = Phase::removal;
    else if (is_step_of_a_node(phase) && disturbed.contains(target_of(op)))
      phase = Phase::changes;
    SectionBuilder& place =
        upgrade.of_step[id] ? by_release[*upgrade.of_step[id]] : by_phase[static_cast<std::size_t>(phase)];
    place.add(id, op);
  }
  OutlineBuilder outline(plan, folding);
  for (std::size_t i = 0; i < phase_count; ++i) {
    const auto phase = static_cast<Phase>(i);
    outline.add(phase, std::string(title_of(phase)), by_phase[i]);
    for (std::size_t release = 0; phase == Phase::upgrades && release < by_release.size(); ++release) {
      outline.add(phase, upgrade.titles[release], by_release[release]);
    }
  }
  return outline.take();
}

}  // namespace tbx
