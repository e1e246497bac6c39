#include "engine/step_folding.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "engine/step_order.h"
#include "engine/step_signature.h"

namespace tbx {
namespace {

using Alike = std::vector<const StepGroup*>;

/// Those with the same steps together, each set where its first stands.
std::vector<Alike> sets_of(const Plan& plan, const std::vector<StepGroup>& groups) {
  std::vector<Alike> kept;
  std::unordered_map<std::string, std::size_t> same;
  for (const StepGroup& group : groups) {
    if (group.is_node) {
      const auto [found, is_new] = same.try_emplace(step_signature(plan, group), kept.size());
      if (!is_new) {
        kept[found->second].push_back(&group);
        continue;
      }
    }
    kept.push_back({&group});
  }
  return kept;
}

StepGroup one_of(const Plan& plan, const Alike& alike) {
  StepGroup group = *alike.front();
  for (std::size_t i = 1; i < alike.size(); ++i) group.as_well.push_back(alike[i]->target);
  std::sort(group.as_well.begin(), group.as_well.end(), natural_less);
  group.at_once = nodes_at_once(plan, alike);
  return group;
}

/// Whether it is only touched when the other is off etcd's list: what is left of that one may still be going on.
bool waits_for_leave(const Plan& plan, const StepGroup& before, const StepGroup& group) {
  const auto edges = std::ranges::equal_range(plan.dependencies, group.actions.front(), {}, &Dependency::after);
  return std::ranges::any_of(edges, [&](const Dependency& edge) {
    const Op& op = plan.actions[edge.before].op;
    const bool leaves = std::holds_alternative<LeaveEtcd>(op) || std::holds_alternative<RemoveEtcdMember>(op);
    return leaves && target_of(op) == before.target;
  });
}

/// Pre: `before` stands before `alike`, and its nodes are through when its last is.
bool follows(const Plan& plan, const Alike& before, const Alike& alike) {
  return before.front()->is_node && alike.front()->is_node &&
         (nodes_at_once(plan, {before.back(), alike.front()}) == 1 ||
          waits_for_leave(plan, *before.back(), *alike.front()));
}

}  // namespace

std::vector<StepGroup> folded(const Plan& plan, const std::vector<StepGroup>& groups, Turns turns) {
  const std::vector<Alike> sets = sets_of(plan, groups);
  std::vector<StepGroup> result;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    result.push_back(one_of(plan, sets[i]));
    if (turns == Turns::none || i == 0) continue;
    const bool last_is_through_last = sets[i - 1].size() == 1 || result[i - 1].at_once == 1;
    result[i].comes_next = last_is_through_last && follows(plan, sets[i - 1], sets[i]);
  }
  return result;
}

}  // namespace tbx
