#include "engine/render_markdown.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "engine/described.h"
#include "engine/markdown_text.h"
#include "engine/plan_outline.h"
#include "engine/render_text.h"
#include "engine/render_totals.h"

namespace tbx {
namespace {

/// "**2 create, 1 remove** · 3 wait · about 1 min 5 s · **not complete**"
std::string summary_of(const Plan& plan, double estimate_seconds) {
  const PlanTotals totals = totals_of(plan);
  const auto count = [&](Verb verb) { return totals.by_verb[static_cast<std::size_t>(verb)]; };
  std::string out =
      fmt::format("**{} create, {} change, {} remove**", count(Verb::create), count(Verb::change), count(Verb::remove));
  if (count(Verb::wait) > 0) out += fmt::format(" · {} wait", count(Verb::wait));
  if (estimate_seconds > 0) out += " · about " + duration_text(estimate_seconds);
  if (!plan.refused.empty()) out += fmt::format(" · **{} refused**", plan.refused.size());
  out += plan.complete() ? " · the plan is complete\n" : " · **the plan is not complete**\n";
  const std::string impact = impacts_text(totals, {});
  if (impact.empty()) return out + "\nNothing that runs is disturbed.\n";
  const std::string disturbed = disturbed_text(plan, "…");
  return out +
         fmt::format("\nImpact: {}{}\n", impact, disturbed.empty() ? "" : "; disturbed: " + markdown_text(disturbed));
}

/// ", then the same on ha-cp-02, -03 (2 nodes)"
std::string also_on(const StepGroup& group) {
  if (group.as_well.empty()) return "";
  const std::string_view order = group.at_once == 1 ? ", then" : ",";
  const std::string limit = group.at_once > 1 ? fmt::format(", at most {} nodes at once", group.at_once) : "";
  return fmt::format("{} the same on {}{}", order, markdown_text(node_ranges(group.as_well, "…")), limit);
}

std::vector<std::string> disturbing_lines(const Plan& plan, const std::vector<PlanSection>& outline) {
  std::vector<std::string> lines;
  for (const Impact impact : {Impact::data_loss, Impact::disruptive, Impact::restart}) {
    for (const PlanSection& section : outline) {
      for (const StepGroup& group : section.groups) {
        for (const ActionId id : group.actions) {
          const Action& action = plan.actions[id];
          if (action.impact != impact) continue;
          if (lines.empty()) lines.emplace_back("\n#### What disturbs\n\n");
          lines.push_back(fmt::format("- **{}** {}{}: {}\n", label_of(impact), markdown_text(describe(action.op)),
                                      also_on(group), markdown_text(action.reason)));
        }
      }
    }
  }
  return lines;
}

std::vector<std::string> blocked_lines(const Plan& plan) {
  if (plan.blocked.empty()) return {};
  return {fmt::format("\n{} for what is refused, and will not start.\n",
                      counted(plan.blocked.size(), "action waits", "actions wait"))};
}

/// Steps of a phase, as nested lists: what they are about, the steps, the fields that change.
class StepLines {
 public:
  explicit StepLines(const Plan& plan) : plan_(plan) {}

  std::vector<std::string> of(const std::vector<PlanSection>& outline) {
    for (const PlanSection& section : outline) {
      lines_.push_back(fmt::format("\n**{}**\n\n", markdown_text(section.title)));
      if (section.is_as_before)
        lines_.push_back(fmt::format("- {}\n", as_before_text));
      else
        for (const StepGroup& group : section.groups) add_group(group);
    }
    return std::move(lines_);
  }

 private:
  void add_group(const StepGroup& group) {
    if (group.actions.size() == 1) {
      add_step("", group.actions.front(), describe(plan_.actions[group.actions.front()].op), {});
    } else {
      lines_.push_back(fmt::format("- {}{}\n", group.comes_next ? "then " : "", markdown_code(group.target)));
      std::string_view reason_before;
      for (const ActionId id : group.actions) {
        add_step("  ", id, title_without_target(plan_.actions[id].op), reason_before);
        reason_before = plan_.actions[id].reason;
      }
    }
    if (!group.as_well.empty()) lines_.push_back(fmt::format("- {}\n", markdown_text(same_steps_text(group, "…"))));
  }

  void add_step(std::string_view indent, ActionId id, std::string_view title, std::string_view reason_before) {
    const Action& action = plan_.actions[id];
    const std::string symbol(symbol_of(verb_of(action), {}));
    std::string line = fmt::format("{}- {} {}", indent, markdown_code(symbol), markdown_text(title));
    if (const std::string_view label = label_of(action.impact); !label.empty()) line += fmt::format(" **{}**", label);
    if (std::binary_search(plan_.blocked.begin(), plan_.blocked.end(), id)) line += " **blocked**";
    if (!action.reason.empty() && action.reason != reason_before) line += ": " + markdown_text(action.reason);
    lines_.push_back(line + "\n");
    if (!only_comes_or_goes(action)) add_changes(indent, action.changes);
  }

  void add_changes(std::string_view indent, const std::vector<Change>& changes) {
    constexpr std::size_t most_shown = 20;
    for (const Change& change : std::span(changes).first(std::min(changes.size(), most_shown))) {
      lines_.push_back(fmt::format("{}  - {} {} → {}\n", indent, markdown_code(change.field),
                                   markdown_value(change.from), markdown_value(change.to)));
    }
    if (changes.size() > most_shown)
      lines_.push_back(fmt::format("{}  - … and {}\n", indent, counted(changes.size() - most_shown, "more field")));
  }

  const Plan& plan_;
  std::vector<std::string> lines_;
};

void add_details(MarkdownPage& page, const Plan& plan, const std::vector<PlanSection>& outline) {
  constexpr std::size_t room_to_close = 400;
  const std::string opening =
      fmt::format("\n<details><summary>All {}, by phase</summary>\n", counted(plan.actions.size(), "action"));
  if (plan.actions.empty() || !page.add(opening, room_to_close)) return;
  page.add_lines(StepLines(plan).of(outline), room_to_close);
  page.add("\n</details>\n");
}

}  // namespace

std::string markdown_value(std::string_view json) {
  constexpr std::size_t longest_value = 120;
  return markdown_code(shortened(value_text(json), longest_value, {}));
}

std::vector<std::string> markdown_refused(const std::vector<Refused>& all) {
  std::vector<std::string> lines;
  if (!all.empty()) lines.emplace_back("\n> [!CAUTION]\n> Refused by a rule that keeps the cluster alive:\n");
  for (const Refused& refused : all) {
    lines.push_back(fmt::format("> - {} ({}): {}\n", markdown_text(describe(refused.op)), markdown_code(refused.rule),
                                markdown_text(refused.reason)));
  }
  return lines;
}

std::vector<std::string> markdown_unknown(const std::vector<Unknown>& all) {
  std::vector<std::string> lines;
  if (!all.empty()) lines.emplace_back("\n> [!WARNING]\n> Not known, which is never taken as absent:\n");
  for (const Unknown& unknown : all) {
    lines.push_back(fmt::format("> - {}: {} {}\n", enum_name(unknown.system),
                                as_sentence(markdown_text(unknown.reason)), meaning_of_unknown(unknown.system)));
  }
  return lines;
}

std::string plan_to_markdown(const Plan& plan, double estimate_seconds, std::size_t most_bytes) {
  const std::string cluster = markdown_text(plan.cluster);
  if (plan.converged()) return fmt::format("### {}: nothing to do\n\nIt matches its file.\n", cluster);
  const std::vector<PlanSection> outline = outline_of(plan, Folding::on);
  MarkdownPage page(most_bytes);
  page.add(fmt::format("### Plan for {}: {}\n\n", cluster,
                       plan.actions.empty() ? "nothing that may be done now" : counted(plan.actions.size(), "action")));
  page.add(summary_of(plan, estimate_seconds));
  // Each part leaves room for those behind it, so that nothing that is refused drowns in what disturbs.
  page.add_lines(disturbing_lines(plan, outline), most_bytes / 2);
  page.add_lines(markdown_refused(plan.refused), most_bytes / 4);
  page.add_lines(blocked_lines(plan), most_bytes / 4);
  page.add_lines(markdown_unknown(plan.unknown), most_bytes / 8);
  add_details(page, plan, outline);
  return std::move(page).take();
}

}  // namespace tbx
