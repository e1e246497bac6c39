#include "tests/support/plan_words.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tbx::test {

namespace {

bool holds(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

}  // namespace

std::vector<std::string> startable_in(const Plan& plan) {
  std::vector<std::string> ids;
  for (ActionId id = 0; id < plan.actions.size(); ++id) {
    if (!std::ranges::binary_search(plan.blocked, id)) {
      ids.push_back(id_of(plan.actions[id]));
    }
  }
  return ids;
}

bool can_start(const Plan& plan, std::string_view id) { return holds(startable_in(plan), id); }

std::vector<std::string> refused_in(const Plan& plan) {
  std::vector<std::string> rules;
  std::ranges::transform(plan.refused, std::back_inserter(rules),
                         [](const Refused& refused) { return id_of(refused.op) + " " + refused.rule; });
  return rules;
}

bool refuses(const Plan& plan, std::string_view id_and_rule) { return holds(refused_in(plan), id_and_rule); }

bool waits_for(const Plan& plan, std::string_view id, std::string_view other) {
  auto named = [&](ActionId each, std::string_view name) { return id_of(plan.actions[each]) == name; };
  std::vector<bool> follows(plan.actions.size());
  for (ActionId each = 0; each < plan.actions.size(); ++each) {
    for (const Dependency& edge : plan.dependencies) {
      follows[each] = follows[each] || (edge.after == each && (named(edge.before, other) || follows[edge.before]));
    }
    if (named(each, id)) return follows[each];
  }
  return false;
}

const Action& action_in(const Plan& plan, std::string_view id) {
  static const Action none{};
  auto place = std::ranges::find_if(plan.actions, [&](const Action& action) { return id_of(action) == id; });
  EXPECT_NE(place, plan.actions.end()) << "no action " << id;
  return place == plan.actions.end() ? none : *place;
}

}  // namespace tbx::test
