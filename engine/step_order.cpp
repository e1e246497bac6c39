#include "engine/step_order.h"

#include <algorithm>
#include <map>
#include <set>

namespace tbx {
namespace {

/// The nodes form rows: in each, the next begins when the one before it is through.
class Rows {
 public:
  Rows(const Plan& plan, const std::vector<const StepGroup*>& same) : plan_(plan) {
    for (const StepGroup* group : same) last_step_.emplace(group->target, group->actions.back());
  }

  /// Pre: of a node of the set.
  void add(const StepGroup& group) {
    const std::set<std::string_view> before = nodes_before(group);
    are_rows_ = are_rows_ && before.size() <= 1;
    if (before.empty())
      ++row_count_;
    else
      are_rows_ = has_successor_.insert(*before.begin()).second && are_rows_;
  }

  std::size_t count() const { return are_rows_ ? row_count_ : 0; }

 private:
  /// The nodes of the set that must be through before `group` begins: walks back, no further than to the first of them.
  std::set<std::string_view> nodes_before(const StepGroup& group) const {
    std::set<std::string_view> found;
    std::set<ActionId> met;
    std::vector<ActionId> open{group.actions.front()};
    while (!open.empty()) {
      const ActionId action = open.back();
      open.pop_back();
      const auto first = std::lower_bound(plan_.dependencies.begin(), plan_.dependencies.end(), action,
                                          [](const Dependency& edge, ActionId id) { return edge.after < id; });
      for (auto edge = first; edge != plan_.dependencies.end() && edge->after == action; ++edge) {
        const std::string& target = target_of(plan_.actions[edge->before].op);
        const auto other = last_step_.find(target);
        if (other == last_step_.end() || target == group.target) {
          if (met.insert(edge->before).second) open.push_back(edge->before);
        } else if (edge->before >= other->second) {
          found.insert(other->first);
        }
      }
    }
    return found;
  }

  const Plan& plan_;
  std::map<std::string_view, ActionId> last_step_;  ///< of the group, by node
  std::set<std::string_view> has_successor_;
  std::size_t row_count_ = 0;
  bool are_rows_ = true;
};

bool disturbs(const Plan& plan, const StepGroup& group) {
  return std::any_of(group.actions.begin(), group.actions.end(),
                     [&](ActionId id) { return plan.actions[id].impact >= Impact::restart; });
}

}  // namespace

std::size_t nodes_at_once(const Plan& plan, const std::vector<const StepGroup*>& same) {
  if (same.size() < 2 || !disturbs(plan, *same.front())) return 0;
  Rows rows(plan, same);
  for (const StepGroup* group : same) rows.add(*group);
  return rows.count() < same.size() ? rows.count() : 0;
}

}  // namespace tbx
