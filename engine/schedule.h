// Which action starts next, within the limits. Used by one thread only, so it has no lock.
#pragma once

#include <array>
#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "engine/plan.h"

namespace tbx {

/// An action that will not run, and the one whose failure is the cause.
struct Skipped {
  ActionId action = 0;
  ActionId because = 0;
  bool operator==(const Skipped&) const = default;
};

/// Hands out the actions of a plan: longest remaining path first, ties by plan order. Blocked ones, and what depends on
/// them, are never handed out. Each call costs O(log n), and O(1) for each dependency it frees or skips.
class Schedule {
 public:
  /// `parallel`: actions of all systems that run at once; 0: only the limits of systems and kinds hold.
  /// Pre: `plan` outlives the schedule and has no cycle.
  explicit Schedule(const Plan& plan, int parallel = 0);

  /// The next action that may start now; it counts as running. Empty: nothing has room, is ready, or may start.
  std::optional<ActionId> next();

  /// Gives the room of a running action to others, until it is resumed: it waits to be tried again.
  void pause(ActionId running);
  void resume(ActionId paused);

  void succeed(ActionId running);
  /// Also for a paused one. Returns everything that will not run because of it, each action once over all calls.
  std::vector<Skipped> fail(ActionId started);

  /// Nothing starts any more.
  void stop() { is_stopping_ = true; }
  bool is_stopping() const { return is_stopping_; }
  std::size_t running_count() const { return running_count_; }

 private:
  enum class State { waiting, blocked, ready, running, paused, finished, skipped };

  struct Ready {
    double remaining_seconds;
    ActionId action;
    /// Of two the more urgent is the greater.
    bool operator<(const Ready& other) const {
      return remaining_seconds != other.remaining_seconds ? remaining_seconds < other.remaining_seconds
                                                          : action > other.action;
    }
  };

  static constexpr std::size_t kind_count = std::variant_size_v<Op>;

  void connect();
  void block();
  void make_ready(ActionId action);
  void leave(ActionId action, State state);
  bool has_room(std::size_t kind) const;
  std::size_t kind_of(ActionId action) const { return plan_.actions[action].op.index(); }
  std::span<const ActionId> dependants(ActionId action) const;

  const Plan& plan_;
  std::size_t parallel_;
  bool is_stopping_ = false;
  std::vector<State> states_;
  std::vector<std::uint32_t> waiting_on_;
  std::vector<double> remaining_seconds_;
  std::vector<std::size_t> first_dependant_;  ///< by action, into dependants_; one more at the end
  std::vector<ActionId> dependants_;
  std::array<std::priority_queue<Ready>, kind_count> ready_;
  std::array<int, kind_count> running_of_kind_{};
  std::array<int, 5> running_of_system_{};
  std::size_t running_count_ = 0;
};

/// The estimate of each action, by its kind.
std::vector<double> estimated_seconds(const Plan& plan);

/// How long the plan would take if every estimate were right. Blocked actions don't count.
double simulated_makespan(const Plan& plan, int parallel = 0);

/// No schedule within the limits is faster: the longest path, or the work of one system or kind through its limit.
double makespan_lower_bound(const Plan& plan);

/// The same for actions that take, or took, so long; 0 for one that was not started. `parallel` as for Schedule.
/// Pre: one for each action.
double makespan_lower_bound(const Plan& plan, std::span<const double> seconds, int parallel = 0);

}  // namespace tbx
