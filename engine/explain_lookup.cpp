// Finds what somebody means in a plan.
#include <algorithm>
#include <map>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/explain.h"
#include "specs/did_you_mean.h"
#include "specs/problem.h"

namespace tbx {
namespace {

constexpr std::ptrdiff_t most_named = 8;

/// In the order in which the plan has them.
struct Entries {
  std::vector<std::string> ids;
  std::map<std::string, PlanItem, std::less<>> items;
};

Entries entries_of(const Plan& plan) {
  Entries entries;
  const auto enter = [&](std::string id) -> PlanItem& {
    const auto [place, is_new] = entries.items.try_emplace(id);
    if (is_new) entries.ids.push_back(std::move(id));
    return place->second;
  };
  for (ActionId id = 0; id < plan.actions.size(); ++id) enter(id_of(plan.actions[id])).action = id;
  for (std::size_t i = 0; i < plan.refused.size(); ++i) enter(id_of(plan.refused[i].op)).refused.push_back(i);
  return entries;
}

std::string op_of(std::string_view id) { return std::string(id.substr(0, id.find('/'))); }

std::string target_of(std::string_view id) {
  const std::size_t slash = id.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view target = id.substr(slash + 1);
  return std::string(target.substr(0, target.rfind('#')));
}

template <class Matches>
std::vector<std::string> ids_where(const Entries& entries, const Matches& matches) {
  std::vector<std::string> found;
  std::ranges::copy_if(entries.ids, std::back_inserter(found), matches);
  return found;
}

/// The narrowest reading that fits anything: an op, a target, the beginning of an ID.
std::vector<std::string> matching_ids(const Entries& entries, std::string_view word) {
  auto found = ids_where(entries, [&](const std::string& id) { return op_of(id) == word; });
  if (found.empty()) found = ids_where(entries, [&](const std::string& id) { return target_of(id) == word; });
  if (found.empty()) found = ids_where(entries, [&](const std::string& id) { return id.starts_with(word); });
  return found;
}

std::string ambiguous(std::string_view word, const std::vector<std::string>& ids) {
  const std::ptrdiff_t more = std::ssize(ids) - most_named;
  return fmt::format("{} may be each of {} actions: {}{}", in_quotes(word), ids.size(),
                     fmt::join(ids | std::views::take(most_named), ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

std::vector<std::string> without_repetitions(std::vector<std::string> words) {
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

/// Op and target are compared each for itself: in a large plan all IDs together would take long.
std::string suggestion(const Entries& entries, std::string_view word) {
  std::vector<std::string> ops;
  std::vector<std::string> targets;
  for (const std::string& id : entries.ids) {
    ops.push_back(op_of(id));
    targets.push_back(target_of(id));
  }
  ops = without_repetitions(std::move(ops));
  targets = without_repetitions(std::move(targets));
  if (word.find('/') == std::string_view::npos) {
    ops.insert(ops.end(), targets.begin(), targets.end());
    return did_you_mean(word, ops);
  }
  const auto op = nearest_word(op_of(word), ops);
  if (!op) return {};
  auto of_op = ids_where(entries, [&](const std::string& id) { return op_of(id) == *op; });
  for (std::string& id : of_op) id.erase(0, op->size() + 1);
  const auto target = nearest_word(word.substr(word.find('/') + 1), of_op);
  const std::string first = of_op.empty() ? "" : of_op.front();
  return fmt::format(": did you mean {}?", in_quotes(fmt::format("{}/{}", *op, target.value_or(first))));
}

}  // namespace

tl::expected<PlanItem, std::string> find_plan_item(const Plan& plan, std::string_view word) {
  const Entries entries = entries_of(plan);
  if (const auto exact = entries.items.find(word); exact != entries.items.end()) return exact->second;
  if (entries.ids.empty()) {
    return tl::unexpected(fmt::format("the plan has no actions, so none is {}", in_quotes(word)));
  }
  const std::vector<std::string> found = word.empty() ? std::vector<std::string>{} : matching_ids(entries, word);
  if (found.size() == 1) return entries.items.at(found.front());
  if (found.size() > 1) return tl::unexpected(ambiguous(word, found));
  return tl::unexpected(fmt::format("the plan has no action {}{}", in_quotes(word), suggestion(entries, word)));
}

}  // namespace tbx
