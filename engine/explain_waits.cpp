// An action among the others: what it waits for, and who waits for it.
#include <algorithm>

#include <fmt/format.h>

#include "engine/explain_parts.h"
#include "engine/render_totals.h"
#include "engine/schedule.h"

namespace tbx {
namespace {

/// The longest way to an action, and on from it. Actions stand in an order that respects the dependencies.
class LongestChain {
 public:
  LongestChain(const Plan& plan, ActionId through) : plan_(plan), seconds_(estimated_seconds(plan)) {
    const std::vector<ActionId> before = way_to(through);
    const std::vector<ActionId> after = way_from(through);
    chain.assign(before.rbegin(), before.rend());
    chain.push_back(through);
    chain.insert(chain.end(), after.begin(), after.end());
    seconds_before = total(before);
    seconds_after = total(after);
    seconds_itself = seconds_[through];
  }

  std::vector<ActionId> chain;  ///< first to last
  double seconds_before = 0;
  double seconds_itself = 0;
  double seconds_after = 0;

 private:
  static constexpr ActionId none = UINT32_MAX;

  double total(const std::vector<ActionId>& ids) const {
    double sum = 0;
    for (const ActionId id : ids) sum += seconds_[id];
    return sum;
  }

  /// Nearest first.
  std::vector<ActionId> way_to(ActionId id) const {
    std::vector<double> longest(plan_.actions.size(), 0);
    std::vector<ActionId> previous(plan_.actions.size(), none);
    for (const Dependency& edge : plan_.dependencies) {
      const double seconds = longest[edge.before] + seconds_[edge.before];
      if (previous[edge.after] == none || seconds > longest[edge.after]) {
        longest[edge.after] = seconds;
        previous[edge.after] = edge.before;
      }
    }
    std::vector<ActionId> way;
    for (ActionId at = previous[id]; at != none; at = previous[at]) way.push_back(at);
    return way;
  }

  std::vector<ActionId> way_from(ActionId id) const {
    std::vector<double> longest(plan_.actions.size(), 0);
    std::vector<ActionId> next(plan_.actions.size(), none);
    for (auto edge = plan_.dependencies.rbegin(); edge != plan_.dependencies.rend(); ++edge) {
      const double seconds = longest[edge->after] + seconds_[edge->after];
      if (next[edge->before] == none || seconds > longest[edge->before]) {
        longest[edge->before] = seconds;
        next[edge->before] = edge->after;
      }
    }
    std::vector<ActionId> way;
    for (ActionId at = next[id]; at != none; at = next[at]) way.push_back(at);
    return way;
  }

  const Plan& plan_;
  const std::vector<double> seconds_;
};

void list_actions(const Plan& plan, const char* label, const std::vector<ActionId>& ids, const char* nobody,
                  std::vector<ExplainedLine>& lines) {
  if (ids.empty()) lines.push_back({label, nobody});
  for (std::size_t i = 0; i < ids.size() && i < most_listed_actions; ++i) {
    lines.push_back({label, id_of(plan.actions[ids[i]])});
  }
  if (ids.size() > most_listed_actions)
    lines.push_back({label, fmt::format("and {} more", ids.size() - most_listed_actions)});
}

}  // namespace

std::vector<ActionId> all_dependants(const Plan& plan, ActionId id) {
  std::vector<bool> waits(plan.actions.size());
  waits[id] = true;
  for (const Dependency& edge : plan.dependencies) {
    if (waits[edge.before]) waits[edge.after] = true;
  }
  std::vector<ActionId> dependants;
  for (ActionId other = id + 1; other < plan.actions.size(); ++other) {
    if (waits[other]) dependants.push_back(other);
  }
  return dependants;
}

std::vector<ExplainedLine> waits_of(const Plan& plan, ActionId id) {
  std::vector<ActionId> before;
  std::vector<ActionId> after;
  for (const Dependency& edge : plan.dependencies) {
    if (edge.after == id) before.push_back(edge.before);
    if (edge.before == id) after.push_back(edge.after);
  }
  std::vector<ExplainedLine> lines;
  list_actions(plan, "it waits for", before, "nothing: it may start at once", lines);
  list_actions(plan, "waits for it", after, "nothing", lines);
  const LongestChain longest(plan, id);
  lines.push_back({"longest chain", fmt::format("{}: {}", counted(longest.chain.size(), "step"),
                                                chain_text(plan, longest.chain, {.ascii = true}))});
  lines.push_back({"time", fmt::format("about {} until it starts, {} for itself, {} after it",
                                       duration_text(longest.seconds_before), duration_text(longest.seconds_itself),
                                       duration_text(longest.seconds_after))});
  return lines;
}

}  // namespace tbx
