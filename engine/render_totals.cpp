#include "engine/render_totals.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/described.h"

namespace tbx {
namespace {

constexpr std::array impacts{Impact::data_loss, Impact::disruptive, Impact::restart, Impact::in_place};

void append_list(std::string& out, const std::string& item) {
  if (!out.empty()) out += ", ";
  out += item;
}

void append_heading(std::string& out, std::string_view title, std::string_view explanation, Ink ink,
                    const TextStyle& style) {
  out += '\n' + painted(ink, title, style) + painted(Ink::dim, explanation, style) + '\n';
}

}  // namespace

PlanTotals totals_of(const Plan& plan) {
  PlanTotals totals;
  for (const Action& action : plan.actions) {
    ++totals.by_verb[static_cast<std::size_t>(verb_of(action))];
    ++totals.by_impact[static_cast<std::size_t>(action.impact)];
    totals.changes += action.changes.size();
  }
  return totals;
}

std::string verbs_text(const PlanTotals& totals, const TextStyle& style) {
  constexpr std::array<std::string_view, 4> words{"create", "change", "remove", "wait"};
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (totals.by_verb[i] == 0) continue;
    append_list(text, fmt::format("{} {} ({})", totals.by_verb[i], words[i], symbol_of(static_cast<Verb>(i), style)));
  }
  return text;
}

std::string_view label_of(Impact impact) {
  switch (impact) {
    case Impact::none:
      return "";
    case Impact::in_place:
      return "in place";
    case Impact::restart:
      return "restart";
    case Impact::disruptive:
      return "disruptive";
    case Impact::data_loss:
      return "DATA LOSS";
  }
  return "";
}

Ink ink_of_impact(Impact impact) {
  switch (impact) {
    case Impact::none:
      return Ink::plain;
    case Impact::in_place:
      return Ink::dim;
    case Impact::restart:
      return Ink::yellow;
    case Impact::disruptive:
      return Ink::magenta;
    case Impact::data_loss:
      return Ink::alarm;
  }
  return Ink::plain;
}

std::string impacts_text(const PlanTotals& totals, const TextStyle& style) {
  std::string text;
  for (const Impact impact : impacts) {
    const std::size_t count = totals.by_impact[static_cast<std::size_t>(impact)];
    if (count > 0)
      append_list(text, painted(ink_of_impact(impact), fmt::format("{} {}", count, label_of(impact)), style));
  }
  return text;
}

std::string disturbed_text(const Plan& plan, std::string_view dots) {
  constexpr std::size_t most_others = 8;
  std::set<std::string> nodes;
  std::set<std::string> others;
  for (const Action& action : plan.actions) {
    if (action.impact < Impact::restart) continue;
    (is_about_node(action.op) ? nodes : others).insert(target_of(action.op));
  }
  std::vector<std::string> sorted(nodes.begin(), nodes.end());
  std::sort(sorted.begin(), sorted.end(), natural_less);
  std::string text = sorted.empty() ? "" : node_ranges(sorted, dots);
  std::size_t named = 0;
  for (const std::string& other : others) {
    if (named++ < most_others) append_list(text, other);
  }
  if (named > most_others) append_list(text, fmt::format("and {} more", named - most_others));
  return printable(text);
}

std::string value_text(std::string_view json) {
  if (json == "null" || json.empty()) return "(none)";
  if (json.front() != '"') return printable(json);
  const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
  const std::string* text = parsed.get_ptr<const std::string*>();
  const bool needs_quotes = text == nullptr || text->empty() || text->front() == ' ' || text->back() == ' ';
  return printable(needs_quotes ? json : *text);
}

void append_header(std::string& out, const Plan& plan, const TextStyle& style) {
  const PlanTotals totals = totals_of(plan);
  out += painted(Ink::bold, printable(plan.cluster), style) + ": ";
  out += plan.actions.empty() ? "nothing that may be done now" : counted(plan.actions.size(), "action");
  if (totals.changes > 0) out += ", " + counted(totals.changes, "changed field");
  if (!plan.refused.empty()) out += ", " + painted(Ink::red, fmt::format("{} refused", plan.refused.size()), style);
  out += plan.complete() ? "; the plan is complete" : "; " + painted(Ink::red, "the plan is not complete", style);
  out += '\n';
}

void append_refused_text(std::string& out, const Plan& plan, const TextStyle& style) {
  if (plan.refused.empty()) return;
  append_heading(out, "Refused", " by a rule that keeps the cluster alive", Ink::red, style);
  for (const Refused& refused : plan.refused) {
    append_wrapped(out, style.ascii ? "  x " : "  ✗ ",
                   fmt::format("{} [{}]", printable(describe(refused.op)), printable(refused.rule)), style);
    append_wrapped(out, "      ", printable(refused.reason), style, Ink::dim);
  }
  if (plan.blocked.empty()) return;
  const std::size_t count = plan.blocked.size();
  append_wrapped(out, "  ",
                 fmt::format("{} {} for something refused and {} not started.", counted(count, "action"),
                             count == 1 ? "waits" : "wait", count == 1 ? "is" : "are"),
                 style);
}

std::string_view meaning_of_unknown(System system) {
  switch (system) {
    case System::hyperv:
      return "Nothing is planned for machines and disks, and nothing is removed.";
    case System::talos:
      return "Machine configs and etcd are left as they are, and no control plane is touched.";
    case System::kubernetes:
      return "Nodes, labels and routes are left as they are, and no node is removed.";
    case System::helm:
      return "Addons are left as they are.";
    case System::access:
      return "Hosts file and credentials are left as they are.";
  }
  return "";
}

void append_unknown_text(std::string& out, const Plan& plan, const TextStyle& style) {
  if (plan.unknown.empty()) return;
  append_heading(out, "Not known", ", which is never taken as absent", Ink::red, style);
  for (std::size_t i = 0; i < plan.unknown.size(); ++i) {
    const Unknown& unknown = plan.unknown[i];
    append_wrapped(out, fmt::format("  ? {}: ", enum_name(unknown.system)), printable(unknown.reason), style);
    const bool is_last_of_system = i + 1 == plan.unknown.size() || plan.unknown[i + 1].system != unknown.system;
    if (is_last_of_system) append_wrapped(out, "      ", meaning_of_unknown(unknown.system), style, Ink::dim);
  }
}

std::string chain_text(const Plan& plan, const std::vector<ActionId>& chain, const TextStyle& style) {
  constexpr std::size_t most_steps = 14;
  constexpr std::size_t last_steps = 6;
  std::string text;
  std::string_view target_before;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i > 0) text += fmt::format(" {} ", arrow(style));
    if (chain.size() > most_steps && i == most_steps - last_steps) {
      const std::size_t left_out = chain.size() - most_steps;
      text += fmt::format("({} more) {} ", left_out, arrow(style));
      i += left_out;
      target_before = {};
    }
    const Op& op = plan.actions[chain[i]].op;
    text += traits_of(op).name;
    if (target_of(op) != target_before) text += " " + printable(target_of(op));
    target_before = target_of(op);
  }
  return text;
}

void append_totals(std::string& out, const Plan& plan, const RenderOptions& options) {
  if (plan.actions.empty()) return;
  const PlanTotals totals = totals_of(plan);
  const TextStyle& style = options.style;
  out += '\n' + painted(Ink::bold, "Total", style) + '\n';
  out += fmt::format("  {}: {}\n", counted(plan.actions.size(), "action"), verbs_text(totals, style));
  const std::string noticed = impacts_text(totals, style);
  out += "  impact: " + (noticed.empty() ? "nothing that runs is disturbed" : noticed) + '\n';
  const std::string disturbed = disturbed_text(plan, ellipsis(style));
  if (!disturbed.empty()) append_wrapped(out, "  disturbed: ", disturbed, style);
  if (options.estimate_seconds > 0) out += fmt::format("  about {}\n", duration_text(options.estimate_seconds));
  if (options.longest_chain.empty()) return;
  append_wrapped(out, "  longest chain: ",
                 fmt::format("{}, {}", counted(options.longest_chain.size(), "step"),
                             chain_text(plan, options.longest_chain, style)),
                 style);
}

}  // namespace tbx
