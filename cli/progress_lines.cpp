// Words and lays out what the progress display shows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/progress_state.h"

namespace tbx {
namespace {

using Line = std::optional<std::string>;

constexpr std::size_t most_running_lines = 8;
constexpr std::size_t most_next_names = 3;

/// "0:12", "61:05": of a clock that runs.
std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::floor(std::max(seconds, 0.0)));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

int width_in_columns(std::string_view text) { return static_cast<int>(display_width(text)); }

std::string fit(std::string_view text, int columns, const ProgressLayout& layout) {
  return shortened(text, static_cast<std::size_t>(std::max(columns, 0)), layout.style);
}

/// The sign in front of a lasting line: a symbol on a terminal that has it, a word elsewhere.
std::string sign(const ProgressLayout& layout, Ink ink, std::string_view symbol, std::string_view word) {
  const bool is_symbol = layout.live && !layout.style.ascii;
  return painted(ink, is_symbol ? std::string(symbol) : fmt::format("{:<6}", word), layout.style);
}

struct LastingLine {
  const ProgressState& state;
  double at_seconds;
  const ProgressLayout& layout;

  std::string stamped(std::string_view sign_text, std::string_view text) const {
    const std::string time = painted(Ink::dim, fmt::format("{:>6}", clock_text(at_seconds)), layout.style);
    return fmt::format("{}  {} {}", time, sign_text, text);
  }
  const std::string& name(ActionId action) const { return state.descriptions.at(action); }

  Line operator()(const RoundStarted& event) const {
    const std::string text = fmt::format("round {}: {}", event.round, counted(state.descriptions.size(), "action"));
    return painted(Ink::bold, text, layout.style);
  }
  Line operator()(const ActionStarted& event) const {
    if (layout.live) return {};
    const std::string attempt = event.attempt > 1 ? fmt::format(" (attempt {})", event.attempt) : "";
    return stamped(sign(layout, Ink::cyan, "▸", "start"), name(event.action) + attempt);
  }
  Line operator()(const ActionWaiting& event) const {
    if (layout.live) return {};
    return stamped(sign(layout, Ink::dim, "…", "wait"), fmt::format("{}: {}", name(event.action), event.what));
  }
  Line operator()(const ActionSucceeded& event) const {
    const std::string counts = fmt::format("[{}/{}]", state.count(Settled::done), state.descriptions.size());
    return stamped(sign(layout, Ink::green, "✓", "done"),
                   fmt::format("{} ({}) {}", name(event.action), duration_text(event.seconds),
                               painted(Ink::dim, counts, layout.style)));
  }
  Line operator()(const ActionRetried& event) const {
    return stamped(sign(layout, Ink::yellow, "↻", "retry"),
                   fmt::format("{}: {}; again in {}", name(event.action), event.error.message,
                               duration_text(event.delay_seconds)));
  }
  Line operator()(const ActionFailed& event) const {
    return stamped(sign(layout, Ink::red, "✗", "FAILED"),
                   fmt::format("{}: {}", name(event.action), event.error.message));
  }
  Line operator()(const ActionRefused& event) const {
    return stamped(sign(layout, Ink::red, "⊘", "REFUSED"),
                   fmt::format("{}: {} ({})", name(event.action), event.reason, event.rule));
  }
  /// One cause skips many: they are counted when the round ends.
  Line operator()(const ActionSkipped&) const { return {}; }
  Line operator()(const RoundFinished&) const {
    const std::size_t skipped = state.count(Settled::skipped);
    if (skipped == 0 || state.interrupts > 0) return {};
    return stamped(sign(layout, Ink::dim, "-", "skip"),
                   counted(skipped, "action") + " not started, for want of what failed");
  }
  Line operator()(const StopRequested& event) const {
    return event.times == 1 ? "Stopping: what runs now is finished first. Press Ctrl-C again to stop it too."
                            : "Stopping at once.";
  }
};

std::string bar(std::size_t done, std::size_t total, int width, const ProgressLayout& layout) {
  const double part = total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  const auto filled = static_cast<int>(std::floor(part * width));
  const std::string_view full = !layout.style.ascii ? "█" : "#";
  const std::string_view empty = !layout.style.ascii ? "░" : "-";
  std::string text;
  for (int column = 0; column < width; ++column) text += column < filled ? full : empty;
  return text;
}

std::string counts_line(const ProgressState& state, double now_seconds, const ProgressLayout& layout) {
  const std::size_t total = state.descriptions.size();
  const std::size_t done = state.count(Settled::done);
  std::string text = fmt::format("{} of {} done, {} running, {} left", done, total, state.running.size(), state.left());
  if (const std::size_t failed = state.count(Settled::failed) + state.count(Settled::refused); failed > 0) {
    text += fmt::format(", {} failed", failed);
  }
  if (state.round > 1) text += fmt::format(", round {}", state.round);
  text += fmt::format("  {}", clock_text(now_seconds));
  const int room = layout.style.width - 4 - width_in_columns(text);
  const int bar_width = std::min(30, room);
  if (bar_width < 5) return fit(text, layout.style.width - 1, layout);
  return fmt::format("{}  {}", bar(done, total, bar_width, layout), text);
}

/// "  create machine a (2 CPUs, 4096 MiB)                0:08 of 5:00"
std::string running_line(const ProgressState& state, ActionId action, double now_seconds,
                         const ProgressLayout& layout) {
  const RunningAction& running = state.running.at(action);
  std::string times = clock_text(now_seconds - running.since_seconds);
  if (running.deadline_seconds > 0) times += fmt::format(" of {}", clock_text(running.deadline_seconds));
  if (running.attempt > 1) times = fmt::format("attempt {}, {}", running.attempt, times);
  const int room = layout.style.width - 1 - 2 - 2 - width_in_columns(times);
  if (room < 10) return fit("  " + state.descriptions.at(action), layout.style.width - 1, layout);
  const std::string name = fit(state.descriptions.at(action), room, layout);
  const std::string gap(static_cast<std::size_t>(std::max(room - width_in_columns(name), 0)), ' ');
  return fmt::format("  {}{}  {}", name, gap, painted(Ink::dim, times, layout.style));
}

void append_running(std::vector<std::string>& lines, const ProgressState& state, double now_seconds,
                    const ProgressLayout& layout) {
  std::size_t shown = 0;
  for (const auto& [action, running] : state.running) {
    if (shown++ == most_running_lines) break;
    lines.push_back(running_line(state, action, now_seconds, layout));
    if (running.waiting_for.empty()) continue;
    const std::string text = fit("    waiting: " + running.waiting_for, layout.style.width - 1, layout);
    lines.push_back(painted(Ink::yellow, text, layout.style));
  }
  if (state.running.size() > most_running_lines) {
    lines.push_back(fmt::format("  and {} more", state.running.size() - most_running_lines));
  }
}

/// "  next: start machine a; await address a; and 11 more": as many names as fit.
Line next_line(const ProgressState& state, const ProgressLayout& layout) {
  if (state.interrupts > 0 || state.left() == 0) return {};
  std::vector<std::string_view> names;
  for (ActionId action = 0; action < state.settled.size() && names.size() < most_next_names; ++action) {
    if (state.settled[action] == Settled::no && !state.running.contains(action)) {
      names.emplace_back(state.descriptions[action]);
    }
  }
  const auto worded = [&] {
    const std::size_t more = state.left() - names.size();
    return fmt::format("  next: {}{}", fmt::join(names, "; "), more == 0 ? "" : fmt::format("; and {} more", more));
  };
  while (names.size() > 1 && width_in_columns(worded()) >= layout.style.width) names.pop_back();
  return painted(Ink::dim, fit(worded(), layout.style.width - 1, layout), layout.style);
}

}  // namespace

std::optional<std::string> lasting_line(const ProgressState& state, const Event& event, double at_seconds,
                                        const ProgressLayout& layout) {
  return std::visit(LastingLine{state, at_seconds, layout}, event);
}

std::vector<std::string> live_lines(const ProgressState& state, double now_seconds, const ProgressLayout& layout) {
  if (state.round == 0) return {};
  if (state.is_looking) return {fmt::format("looking again{}", ellipsis(layout.style))};
  std::vector<std::string> lines;
  append_running(lines, state, now_seconds, layout);
  if (auto next = next_line(state, layout)) lines.push_back(*std::move(next));
  lines.push_back(counts_line(state, now_seconds, layout));
  return lines;
}

}  // namespace tbx
