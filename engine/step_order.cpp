#include "engine/step_order.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace tbx {
namespace {

/// The nodes of a set that must be through before a step begins, as far as it matters: none, this one, or several.
struct Before {
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t several = UINT32_MAX - 1;
  std::uint32_t node = none;

  void add(Before other) {
    if (other.node == none || other.node == node) return;
    node = node == none ? other.node : several;
  }
};

/// The nodes form rows: in each, the next begins when the one before it is through. One pass over the plan tells for
/// each step whom it follows; it begins where the first of the nodes is through.
class Rows {
 public:
  Rows(const Plan& plan, const std::vector<const StepGroup*>& same) : plan_(plan), same_(same) {
    begin_ = static_cast<ActionId>(plan.actions.size());
    for (std::uint32_t i = 0; i < same.size(); ++i) {
      numbers_.emplace(same[i]->target, i);
      begin_ = std::min(begin_, same[i]->actions.back());
      end_ = std::max(end_, same[i]->actions.front() + 1);
    }
    if (begin_ < end_) walk();
  }

  std::size_t count() const {
    std::size_t rows = 0;
    std::unordered_set<std::uint32_t> has_successor;
    for (const StepGroup* group : same_) {
      const ActionId first = group->actions.front();
      const std::uint32_t before = first < begin_ ? Before::none : begins_after_[first - begin_].node;
      if (before == Before::none)
        ++rows;
      else if (before == Before::several || !has_successor.insert(before).second)
        return 0;
    }
    return rows;
  }

 private:
  std::uint32_t number_of(ActionId id) const {
    const auto place = numbers_.find(target_of(plan_.actions[id].op));
    return place == numbers_.end() ? Before::none : place->second;
  }

  void walk() {
    begins_after_.resize(end_ - begin_);
    ends_after_.resize(end_ - begin_);
    auto edge = std::lower_bound(plan_.dependencies.begin(), plan_.dependencies.end(), begin_,
                                 [](const Dependency& each, ActionId id) { return each.after < id; });
    for (ActionId id = begin_; id < end_; ++id) {
      const std::uint32_t node = number_of(id);
      Before& before = begins_after_[id - begin_];
      for (; edge != plan_.dependencies.end() && edge->after == id; ++edge) {
        if (edge->before < begin_) continue;
        const bool is_own = node != Before::none && number_of(edge->before) == node;
        before.add(is_own ? begins_after_[edge->before - begin_] : ends_after_[edge->before - begin_]);
      }
      const bool is_through = node != Before::none && id >= same_[node]->actions.back();
      ends_after_[id - begin_] = node == Before::none ? before : Before{is_through ? node : Before::none};
    }
  }

  const Plan& plan_;
  const std::vector<const StepGroup*>& same_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  ActionId begin_ = 0;
  ActionId end_ = 0;
  std::vector<Before> begins_after_;  ///< from begin_ on: what a step of a node itself waits for
  std::vector<Before> ends_after_;    ///< what those wait for who wait for it
};

/// Who waits for whom is told where something is taken away, or members join.
bool order_matters(const Plan& plan, const StepGroup& group) {
  return std::any_of(group.actions.begin(), group.actions.end(), [&](ActionId id) {
    return plan.actions[id].impact >= Impact::restart || std::holds_alternative<ApplyConfig>(plan.actions[id].op);
  });
}

}  // namespace

std::size_t nodes_at_once(const Plan& plan, const std::vector<const StepGroup*>& same) {
  if (same.size() < 2 || !order_matters(plan, *same.front())) return 0;
  const std::size_t rows = Rows(plan, same).count();
  return rows < same.size() ? rows : 0;
}

}  // namespace tbx
