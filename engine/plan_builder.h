// Collects actions, refusals and their order while a plan is made.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/plan_trace.h"
#include "engine/policy.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// Something that others may have to wait for: an action, a refusal, or nothing (then nobody waits).
struct Step {
  static constexpr std::uint32_t none = UINT32_MAX;
  std::uint32_t index = none;
  bool exists() const { return index != none; }
};

/// What an action is, apart from its order.
struct Draft {
  Op op;
  std::string reason;
  Impact impact = Impact::none;
  std::vector<Change> changes = {};
  /// etcd's members as they will be when the step starts, for the rules to judge by; null: as they are.
  const EtcdState* etcd = nullptr;
  /// What the nodes run by then, likewise.
  const TalosReleases* talos = nullptr;

  Foreseen foreseen() const { return {etcd, talos}; }
};

class PlanBuilder {
 public:
  /// `trace`: filled in by `finish`; null: nobody reads it.
  PlanBuilder(const ClusterSpec& wanted, const Observed& found, PlanMode mode, PlanTrace* trace = nullptr);

  /// Asks policy first; a refused one is remembered, and what waits for it is blocked.
  Step add(Draft draft, std::initializer_list<Step> after = {});
  Step refuse(Op op, Refusal refusal);
  /// What policy would say to it: asked before the steps on the way to it are planned. `etcd` as in Draft.
  std::optional<Refusal> why_refused(const Op& op, const EtcdState* etcd = nullptr) const;
  void order(Step before, Step after);
  void unknown(System system, std::string reason);
  /// Whether policy said no to what this step would have been.
  bool is_refused(Step step) const { return step.exists() && places_[step.index].is_refused; }
  /// Refused, or behind something that is, as far as it is ordered yet.
  bool waits_for_refused(Step step) const;
  bool knows_unknown() const { return !plan_.unknown.empty(); }

  /// Sorts the actions into an order that respects the dependencies. An assertion holds that there is no cycle.
  Plan finish() &&;

 private:
  struct Place {
    bool is_refused = false;
    ActionId action = 0;
  };

  void mark_blocked();

  const ClusterSpec& wanted_;
  const Observed& found_;
  PlanMode mode_;
  Plan plan_;
  std::vector<Place> places_;  ///< by Step::index
  std::vector<Dependency> edges_;
  std::vector<bool> waits_for_refused_;  ///< by action
  PlanTrace* trace_;
};

}  // namespace tbx
