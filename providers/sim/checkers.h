// What must hold after every step of a run, whatever the faults.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/plan.h"
#include "providers/sim/simulation.h"

namespace tbx::sim {

struct Violation {
  /// "quorum", "one-disruption", "leadership", "still-wanted", "bootstrap-once", "not-ours", "second-plan"
  std::string rule;
  std::string what;
  double at_seconds = 0;
  bool operator==(const Violation&) const = default;
};

/// Watches one run: `simulation.check_steps([&](const Step& step) { checkers.after(step); })`.
class Checkers {
 public:
  enum class Goal { converge, destroy };

  explicit Checkers(const ClusterSpec& spec, Goal goal = Goal::converge) : spec_(spec), goal_(goal) {}

  void after(const Step& step);
  /// Before an action starts, with those that run already.
  void before_start(const World& world, const Op& op, const std::vector<const Op*>& running);
  /// At the end of a run that converged: what was deleted and is still wanted must be there again.
  void at_end(const World& world);
  /// `plan`: made when the run said that it is done. Pre: nothing fails any more.
  void check_second_plan(const World& world, const Plan& plan);

  const std::vector<Violation>& violations() const { return violations_; }

 private:
  void check_quorum(const Step& step);
  bool lost_meanwhile(const Step& step) const;
  void check_disruptions(const Step& step);
  void check_leadership(const Step& step);
  void check_bootstraps(const Step& step);
  void check_foreign(const Step& step);
  void check_data(const Step& step);
  void report(const World& world, std::string rule, std::string what);

  const ClusterSpec& spec_;
  Goal goal_;
  bool lost_by_disturbance_ = false;
  std::map<std::string, std::set<std::string>> alive_at_start_;  ///< members, by the ID of the op that was started
  std::set<std::string> disrupted_;  ///< control planes that an op of ours stopped, until they live again
  std::map<std::string, std::string> leader_at_start_;  ///< node, by the ID of the op that was started
  std::set<std::string> led_over_;                      ///< nodes whose leadership was handed over, until they are away
  std::set<std::string> deleted_;                       ///< wanted nodes whose machine or disk an op of ours deleted
  std::vector<Violation> violations_;
};

}  // namespace tbx::sim
