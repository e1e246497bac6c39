// How far a round is, as data, and how that looks as lines of text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/events.h"
#include "engine/text_layout.h"

namespace tbx {

struct RunningAction {
  double since_seconds = 0;
  double deadline_seconds = 0;
  int attempt = 1;
  std::string waiting_for;  ///< empty: it simply works
  bool operator==(const RunningAction&) const = default;
};

enum class Settled { no, done, failed, refused, skipped };

struct ProgressState {
  int round = 0;
  std::vector<std::string> descriptions;  ///< by action
  std::vector<Settled> settled;           ///< by action
  std::map<ActionId, RunningAction> running;
  double at_seconds = 0;  ///< of the last event
  int interrupts = 0;
  bool is_looking = true;  ///< between rounds

  std::size_t count(Settled what) const;
  /// Neither settled nor running.
  std::size_t left() const;
};

void follow(ProgressState& state, const Event& event, const Plan& plan, double at_seconds);

struct ProgressLayout {
  TextStyle style = {};
  bool live = false;  ///< lines are drawn over
};

/// The line that stays for this event; empty for events that leave none. `state` has followed it already.
/// Starts and waits leave lines in a log only, where nothing else shows them.
std::optional<std::string> lasting_line(const ProgressState& state, const Event& event, double at_seconds,
                                        const ProgressLayout& layout);

/// What is drawn over again and again: a bar with counts, what runs with its times, what comes next.
std::vector<std::string> live_lines(const ProgressState& state, double now_seconds, const ProgressLayout& layout);

}  // namespace tbx
