#include "engine/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/etcd_quorum.h"
#include "engine/explain_parts.h"
#include "engine/look.h"
#include "engine/policy.h"
#include "engine/render_text.h"

namespace tbx {
namespace {

std::vector<ExplainedLine> why(const Plan& plan, ActionId id) {
  const Action& action = plan.actions[id];
  std::vector<ExplainedLine> lines{{"", action.reason}};
  for (const Change& change : action.changes) {
    const TextStyle ascii{.ascii = true};
    lines.push_back(
        {change.field, fmt::format("{} -> {}", shortened(value_text(change.from), longest_explained_value, ascii),
                                   shortened(value_text(change.to), longest_explained_value, ascii))});
  }
  lines.push_back({"impact", impact_text(action.impact), action.impact == Impact::data_loss ? Tone::bad : Tone::plain});
  if (std::ranges::binary_search(plan.blocked, id)) {
    const std::string which = plan.refused.size() == 1 ? id_of(plan.refused.front().op) : "something";
    lines.push_back(
        {"blocked", fmt::format("it is not started: it waits for {}, which a rule refused", which), Tone::bad});
  }
  return lines;
}

std::string members_text(const EtcdState& etcd) {
  std::string names;
  for (const EtcdMember& member : etcd.members) {
    names += (names.empty() ? "" : ", ") + (member.node.empty() ? member.id : member.node);
  }
  return fmt::format("judged by etcd as the steps before it leave it: {}", names.empty() ? "no members" : names);
}

/// What the rules say of an op, by the members as the plan expects them then.
class Rules {
 public:
  explicit Rules(const ExplainInput& input) : input_(input) {}

  void ask(const Op& op, const Foreseen& foreseen) {
    if (foreseen.etcd != nullptr && foreseen.etcd->members != input_.found.etcd.members)
      lines.push_back({"", members_text(*foreseen.etcd)});
    const Judgement judgement = judge(op, input_.wanted, input_.found, PlanMode::converge, foreseen);
    for (const PassedRule& passed : judgement.passed) lines.push_back({passed.rule, passed.facts, Tone::good});
  }

  void refuse(const Refused& refused) { lines.push_back({refused.rule, refused.reason, Tone::bad}); }

  std::vector<ExplainedLine> lines;

 private:
  const ExplainInput& input_;
};

template <class Key>
Foreseen foreseen_by(const std::map<Key, ForeseenFacts>& traced, Key key) {
  const auto place = traced.find(key);
  return place == traced.end() ? Foreseen{} : place->second.view();
}

std::vector<ExplainedLine> rules_of_action(const ExplainInput& input, ActionId id) {
  Rules rules(input);
  rules.ask(input.plan.actions[id].op, foreseen_by(input.trace.actions, id));
  if (rules.lines.empty()) rules.lines.push_back({"", "none guards it: it destroys nothing"});
  rules.lines.push_back({"", "They are asked again, on fresh facts, just before it starts."});
  return std::move(rules.lines);
}

std::vector<ExplainedLine> rules_of_refused(const ExplainInput& input, std::size_t index) {
  Rules rules(input);
  rules.ask(input.plan.refused[index].op, foreseen_by(input.trace.refused, index));
  rules.refuse(input.plan.refused[index]);
  return std::move(rules.lines);
}

std::vector<ExplainedLine> numbered(const std::vector<std::string>& steps) {
  std::vector<ExplainedLine> lines;
  for (const std::string& step : steps) lines.push_back({fmt::format("{}.", lines.size() + 1), step});
  return lines;
}

std::vector<ExplainedLine> joined(std::vector<ExplainedLine> first, std::vector<ExplainedLine> second) {
  first.insert(first.end(), std::make_move_iterator(second.begin()), std::make_move_iterator(second.end()));
  return first;
}

void explain_action(const ExplainInput& input, ActionId id, Explanation& explanation) {
  const Op& op = input.plan.actions[id].op;
  explanation.sections = {
      {"Why it is there", why(input.plan, id)},
      {"Facts it rests on, from " + input.seen_in, facts_of(op, input.wanted, input.found)},
      {"Rules that let it pass", rules_of_action(input, id)},
      {"Order", waits_of(input.plan, id)},
      {"What it does", numbered(steps_of(op))},
      {"If it fails", joined(attempts_at(op, input.wanted, input.found), failure_of(input.plan, id, input.wanted))}};
}

void explain_refused(const ExplainInput& input, std::size_t index, Explanation& explanation) {
  const Op& op = input.plan.refused[index].op;
  if (explanation.sections.empty()) {
    explanation.sections = {{"Facts it rests on, from " + input.seen_in, facts_of(op, input.wanted, input.found)},
                            {"What it would do", numbered(steps_of(op))}};
  }
  explanation.sections.insert(explanation.sections.begin(),
                              {"Why it is refused, and not done", rules_of_refused(input, index)});
}

bool knows_all(const std::vector<ExplainedSection>& sections) {
  return std::ranges::none_of(sections, [](const ExplainedSection& section) {
    return std::ranges::any_of(section.lines, [](const ExplainedLine& line) { return line.tone == Tone::unknown; });
  });
}

}  // namespace

std::string impact_text(Impact impact) {
  switch (impact) {
    case Impact::none:
      return "none: nobody notices";
    case Impact::in_place:
      return "in place: nothing restarts";
    case Impact::restart:
      return "restart: what runs there is away for a while";
    case Impact::disruptive:
      return "disruptive: what runs there has to move, or goes";
    case Impact::data_loss:
      return "DATA LOSS: what is stored there is gone for good";
  }
  return "";
}

Explanation explain_item(const ExplainInput& input, const PlanItem& item) {
  Explanation explanation;
  if (item.action) explain_action(input, *item.action, explanation);
  for (auto index = item.refused.rbegin(); index != item.refused.rend(); ++index) {
    explain_refused(input, *index, explanation);
  }
  const Op& op = item.action ? input.plan.actions[*item.action].op : input.plan.refused[item.refused.front()].op;
  const std::string id = item.action ? id_of(input.plan.actions[*item.action]) : id_of(op);
  explanation.title = fmt::format("{}: {}", id, describe(op));
  explanation.complete = knows_all(explanation.sections);
  return explanation;
}

}  // namespace tbx
