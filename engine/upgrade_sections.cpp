#include "engine/upgrade_sections.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace tbx {
namespace {

/// What an action upgrades to; empty for any other.
std::string release_after(const Op& op) {
  if (const auto* kubernetes = std::get_if<UpgradeKubernetes>(&op)) return "Kubernetes " + kubernetes->version;
  const auto* talos = std::get_if<UpgradeTalos>(&op);
  if (talos == nullptr) return {};
  return fmt::format("Talos {}{}", talos->version, talos->from == talos->version ? " of another schematic" : "");
}

bool prepares(const Op& op) {
  return std::holds_alternative<DrainNode>(op) || std::holds_alternative<HandOverLeadership>(op);
}

/// Of those steps that may also be another change's: what a drain or hand-over belongs to shows in what comes after it.
bool begins_another_change(const Op& op) {
  const auto* config = std::get_if<ApplyConfig>(&op);
  return std::holds_alternative<StopMachine>(op) || std::holds_alternative<LeaveEtcd>(op) ||
         (config != nullptr && config->mode == ConfigMode::reboot);
}

bool follows_up(const Op& op) {
  return std::holds_alternative<AwaitTalos>(op) || std::holds_alternative<AwaitEtcdMember>(op) ||
         std::holds_alternative<AwaitNode>(op) || std::holds_alternative<UncordonNode>(op);
}

class Assignment {
 public:
  explicit Assignment(const Plan& plan) : plan_(plan) { result_.of_step.resize(plan.actions.size()); }

  UpgradeSections make() {
    for (ActionId id = 0; id < plan_.actions.size(); ++id) assign(id);
    if (result_.titles.empty()) return std::move(result_);
    for (const Dependency& edge : plan_.dependencies) {
      if (std::holds_alternative<SnapshotEtcd>(plan_.actions[edge.before].op) && !result_.of_step[edge.before])
        result_.of_step[edge.before] = result_.of_step[edge.after];
    }
    const std::size_t count = result_.titles.size();
    for (std::size_t i = 0; i < count; ++i) {
      result_.titles[i] = count == 1 ? fmt::format("Upgrade to {}", result_.titles[i])
                                     : fmt::format("Upgrade {} of {}: {}", i + 1, count, result_.titles[i]);
    }
    return std::move(result_);
  }

 private:
  /// A node on its way through the releases.
  struct Node {
    std::vector<ActionId> prepared;  ///< steps of which it is not known yet what they are for
    std::optional<std::size_t> section;
  };

  void assign(ActionId id) {
    const Op& op = plan_.actions[id].op;
    if (const std::string release = release_after(op); !release.empty()) return upgrade(id, release);
    const bool may_matter = prepares(op) || follows_up(op) || begins_another_change(op);
    if (!may_matter) return;
    Node& node = nodes_[target_of(op)];
    if (follows_up(op)) {
      result_.of_step[id] = node.section;
      if (std::holds_alternative<UncordonNode>(op)) node.section.reset();
      return;
    }
    node.section.reset();
    if (prepares(op))
      node.prepared.push_back(id);
    else
      node.prepared.clear();
  }

  void upgrade(ActionId id, const std::string& release) {
    const auto place = std::find(result_.titles.begin(), result_.titles.end(), release);
    const auto section = static_cast<std::size_t>(place - result_.titles.begin());
    if (place == result_.titles.end()) result_.titles.push_back(release);
    result_.of_step[id] = section;
    Node& node = nodes_[target_of(plan_.actions[id].op)];
    for (const ActionId prepared : node.prepared) result_.of_step[prepared] = section;
    node = {{}, section};
  }

  const Plan& plan_;
  UpgradeSections result_;
  std::unordered_map<std::string_view, Node> nodes_;
};

}  // namespace

UpgradeSections upgrade_sections_of(const Plan& plan) { return Assignment(plan).make(); }

bool repeats(const Plan& plan, const std::vector<StepGroup>& before, const std::vector<StepGroup>& groups) {
  const auto same_step = [&](ActionId left, ActionId right) {
    return plan.actions[left].op.index() == plan.actions[right].op.index() &&
           plan.actions[left].impact == plan.actions[right].impact;
  };
  const auto same_group = [&](const StepGroup& left, const StepGroup& right) {
    return left.target == right.target && left.as_well == right.as_well && left.at_once == right.at_once &&
           std::ranges::equal(left.actions, right.actions, same_step);
  };
  return std::ranges::equal(before, groups, same_group);
}

}  // namespace tbx
