#include "engine/render_markdown.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/described.h"
#include "engine/plan_outline.h"
#include "engine/render_text.h"
#include "engine/render_totals.h"

namespace tbx {
namespace {

const TextStyle markdown_style{.width = 200};

/// Text of others shows as it is: no markup, no HTML, no mention of a person, no end of a table cell.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : printable(text)) {
    if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '&')
      out += "&amp;";
    else if (letter == '@')
      out += "&#64;";
    else if (std::string_view("\\`*_[]|#~!").find(letter) != std::string_view::npos)
      (out += '\\') += letter;
    else
      out += letter;
  }
  return out;
}

std::string code(std::string_view text) {
  std::string inner = printable(text);
  std::replace(inner.begin(), inner.end(), '`', '\'');
  std::string out = "`";
  for (const char letter : inner) out += letter == '|' ? std::string("\\|") : std::string(1, letter);
  return out + "`";
}

std::string change_text(const Change& change) {
  constexpr std::size_t longest_value = 120;
  return fmt::format("{} {} → {}", code(change.field),
                     code(shortened(value_text(change.from), longest_value, markdown_style)),
                     code(shortened(value_text(change.to), longest_value, markdown_style)));
}

/// Takes whole lines while they fit; counts what it had to leave out.
class Page {
 public:
  explicit Page(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  bool add(std::string_view text, std::size_t kept_for_later = 0) {
    if (out_.size() + text.size() + kept_for_later > most_bytes_) return false;
    out_ += text;
    return true;
  }

  std::string take() && { return std::move(out_); }

 private:
  std::size_t most_bytes_;
  std::string out_;
};

/// For the lines that close what was opened and say how much is missing.
constexpr std::size_t reserve_for_end = 400;

/// Lines up to the page's end, then how many more there would have been.
void add_lines(Page& page, const std::vector<std::string>& lines, std::size_t kept_for_later) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (page.add(lines[i], kept_for_later)) continue;
    page.add(fmt::format("\n*{} left out: the text would be too long here.*\n", counted(lines.size() - i, "more line")),
             0);
    return;
  }
}

std::string summary_of(const Plan& plan, double estimate_seconds) {
  const PlanTotals totals = totals_of(plan);
  const std::string impact = impacts_text(totals, markdown_style);
  std::string out = "| actions | kinds | impact | refused | not known | time |\n|---|---|---|---|---|---|\n";
  out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", plan.actions.size(), verbs_text(totals),
                     impact.empty() ? "none" : impact, plan.refused.size(), plan.unknown.size(),
                     estimate_seconds > 0 ? "about " + duration_text(estimate_seconds) : "");
  return out;
}

std::vector<std::string> disturbing_lines(const Plan& plan) {
  std::vector<std::string> lines{"\n### What disturbs\n\n"};
  for (const Impact impact : {Impact::data_loss, Impact::disruptive, Impact::restart}) {
    for (const Action& action : plan.actions) {
      if (action.impact != impact) continue;
      lines.push_back(
          fmt::format("- **{}** {}: {}\n", label_of(impact), escaped(describe(action.op)), escaped(action.reason)));
    }
  }
  if (lines.size() == 1) lines.clear();
  return lines;
}

std::vector<std::string> callout_lines(const Plan& plan) {
  std::vector<std::string> lines;
  if (!plan.refused.empty()) lines.push_back("\n> [!CAUTION]\n> Refused by a rule that keeps the cluster alive:\n");
  for (const Refused& refused : plan.refused) {
    lines.push_back(
        fmt::format("> - {} ({}): {}\n", escaped(describe(refused.op)), code(refused.rule), escaped(refused.reason)));
  }
  if (!plan.unknown.empty()) lines.push_back("\n> [!WARNING]\n> The plan is not complete. Not known:\n");
  for (const Unknown& unknown : plan.unknown) {
    lines.push_back(fmt::format("> - {}: {} {}\n", enum_name(unknown.system), escaped(unknown.reason),
                                meaning_of_unknown(unknown.system)));
  }
  return lines;
}

std::string step_line(const Action& action) {
  const std::string_view label = label_of(action.impact);
  std::string line =
      fmt::format("- {}{}{}\n", escaped(describe(action.op)), label.empty() ? "" : fmt::format(" **{}**", label),
                  action.reason.empty() ? "" : ": " + escaped(action.reason));
  for (const Change& change : action.changes) line += "  - " + change_text(change) + "\n";
  return line;
}

std::vector<std::string> detail_lines(const Plan& plan) {
  std::vector<std::string> lines;
  for (const PlanSection& section : outline_of(plan, Folding::on)) {
    lines.push_back(fmt::format("\n**{}**\n\n", title_of(section.phase)));
    for (const StepGroup& group : section.groups) {
      for (const ActionId id : group.actions) lines.push_back(step_line(plan.actions[id]));
      if (!group.as_well.empty())
        lines.push_back("- " + escaped(node_ranges(group.as_well, "…")) + ": the same steps\n");
    }
  }
  return lines;
}

}  // namespace

std::string plan_to_markdown(const Plan& plan, double estimate_seconds, std::size_t most_bytes) {
  if (plan.converged()) return fmt::format("### {}: nothing to do\n\nIt matches its file.\n", escaped(plan.cluster));
  Page page(most_bytes);
  page.add(fmt::format("### Plan for {}\n\n", escaped(plan.cluster)));
  page.add(summary_of(plan, estimate_seconds));
  // Each part leaves room for those behind it, so that nothing that is refused drowns in what disturbs.
  add_lines(page, callout_lines(plan), most_bytes / 2);
  add_lines(page, disturbing_lines(plan), most_bytes / 4);
  if (plan.actions.empty()) return std::move(page).take();
  const std::string opening = fmt::format("\n<details><summary>{}</summary>\n", counted(plan.actions.size(), "action"));
  if (!page.add(opening, reserve_for_end)) return std::move(page).take();
  add_lines(page, detail_lines(plan), reserve_for_end);
  page.add("\n</details>\n");
  return std::move(page).take();
}

}  // namespace tbx
