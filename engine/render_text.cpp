#include "engine/render_text.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "engine/plan_outline.h"
#include "engine/render_totals.h"

namespace tbx {
namespace {

Ink ink_of(Verb verb) {
  switch (verb) {
    case Verb::create:
      return Ink::green;
    case Verb::change:
      return Ink::yellow;
    case Verb::remove:
      return Ink::red;
    case Verb::wait:
      return Ink::cyan;
  }
  return Ink::plain;
}

class PlanText {
 public:
  PlanText(const Plan& plan, const RenderOptions& options) : plan_(plan), options_(options), style_(options.style) {}

  std::string render() {
    append_header(out_, plan_, style_);
    for (const PlanSection& section : outline_of(plan_, options_.full ? Folding::off : Folding::on)) {
      out_ += '\n';
      out_ += painted(Ink::bold, section.title, style_) + '\n';
      if (section.is_as_before)
        out_ += fmt::format("  {}\n", as_before_text);
      else
        for (const StepGroup& group : section.groups) append_group(group);
    }
    append_refused_text(out_, plan_, style_);
    append_unknown_text(out_, plan_, style_);
    append_totals(out_, plan_, options_);
    return std::move(out_);
  }

 private:
  void append_group(const StepGroup& group) {
    if (group.actions.size() == 1) {
      append_step(2, group.actions.front(), describe(plan_.actions[group.actions.front()].op), {});
    } else {
      out_ += group.comes_next ? "  then " : "  ";
      out_ += painted(Ink::bold, printable(group.target), style_) + '\n';
      std::string_view reason_before;
      for (const ActionId id : group.actions) {
        append_step(4, id, title_without_target(plan_.actions[id].op), reason_before);
        reason_before = plan_.actions[id].reason;
      }
    }
    if (group.as_well.empty()) return;
    append_wrapped(out_, "  ", printable(same_steps_text(group, ellipsis(style_))), style_);
  }

  /// A reason that the line above has given already is not repeated.
  void append_step(std::size_t indent, ActionId id, const std::string& title, std::string_view reason_before) {
    const Action& action = plan_.actions[id];
    const Verb verb = verb_of(action);
    const std::string text = printable(title);
    std::string tail;
    std::size_t used = indent + 2;
    if (const std::string_view label = label_of(action.impact); !label.empty()) {
      tail += "  " + painted(ink_of_impact(action.impact), label, style_);
      used += 2 + label.size();
    }
    if (is_blocked(id)) {
      tail += "  " + painted(Ink::red, "blocked", style_);
      used += 9;
    }
    out_.append(indent, ' ');
    out_ += painted(ink_of(verb), symbol_of(verb, style_), style_) + ' ';
    append_title(text, indent + 2, used, tail, action.reason == reason_before ? std::string_view() : action.reason);
    if (!only_comes_or_goes(action)) append_changes(action.changes, indent + 4);
  }

  /// The reason stands in a column of its own, below the title where that is too long.
  void append_title(const std::string& title, std::size_t indent, std::size_t used, const std::string& tail,
                    std::string_view reason) {
    const std::size_t width = static_cast<std::size_t>(std::max(style_.width, 40));
    const std::size_t column = width / 2 + 4;
    const std::vector<std::string> lines = wrapped(title, width - used);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) out_ += '\n' + std::string(indent, ' ');
      out_ += lines[i];
    }
    out_ += tail;
    used += display_width(lines.back());
    if (reason.empty()) {
      out_ += '\n';
    } else if (lines.size() > 1 || used + 2 > column) {
      out_ += '\n';
      append_wrapped(out_, std::string(indent + 2, ' '), printable(reason), style_, Ink::dim);
    } else {
      out_.append(column - used, ' ');
      append_reason(printable(reason), column);
    }
  }

  void append_reason(const std::string& reason, std::size_t column) {
    const std::size_t width = static_cast<std::size_t>(std::max(style_.width, 40)) - column;
    const std::vector<std::string> lines = wrapped(reason, width);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) out_.append(column, ' ');
      out_ += painted(Ink::dim, lines[i], style_) + '\n';
    }
  }

  /// Both values whole where they fit into one line; a third of it each else.
  static std::size_t room_for_value(const std::string& field, const Change& change, std::size_t room) {
    constexpr std::size_t signs = 8;  // the arrow, spaces, and what a wrapped line is indented
    const std::size_t from = display_width(value_text(change.from));
    const std::size_t to = display_width(value_text(change.to));
    const bool fits = display_width(field) + from + to + signs <= room;
    return fits ? std::max(from, to) : std::max<std::size_t>(room / 3, 12);
  }

  void append_changes(const std::vector<Change>& changes, std::size_t indent) {
    const std::size_t room = static_cast<std::size_t>(std::max(style_.width, 40)) - indent;
    constexpr std::size_t most_shown = 10;
    const std::size_t shown = options_.full || changes.size() <= most_shown + 1 ? changes.size() : most_shown;
    for (const Change& change : std::span(changes).first(shown)) {
      const std::string field = printable(change.field);
      const std::size_t most = room_for_value(field, change, room);
      const std::string from = shortened(value_text(change.from), most, style_);
      const std::string to = shortened(value_text(change.to), most, style_);
      const std::vector<std::string> lines = wrapped(fmt::format("{} {} -> {}", field, from, to), room - 2);
      for (std::size_t i = 0; i < lines.size(); ++i)
        out_ += std::string(i == 0 ? indent : indent + 2, ' ') + lines[i] + '\n';
    }
    if (shown == changes.size()) return;
    out_ +=
        fmt::format("{}{} and {} more fields\n", std::string(indent, ' '), ellipsis(style_), changes.size() - shown);
  }

  bool is_blocked(ActionId id) const { return std::binary_search(plan_.blocked.begin(), plan_.blocked.end(), id); }

  const Plan& plan_;
  const RenderOptions& options_;
  const TextStyle& style_;
  std::string out_;
};

}  // namespace

std::string plan_to_text(const Plan& plan, const RenderOptions& options) {
  if (plan.converged()) return printable(plan.cluster) + " matches its file: nothing to do.\n";
  return PlanText(plan, options).render();
}

}  // namespace tbx
