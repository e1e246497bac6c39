// The difference between wish and reality, as actions with their order. A value: rendering, checking and running are
// functions on it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/observed.h"
#include "engine/op.h"

namespace tbx {

using ActionId = std::uint32_t;  ///< an index into Plan::actions

/// What the user notices, mildest first.
enum class Impact { none, in_place, restart, disruptive, data_loss };
BOOST_DESCRIBE_ENUM(Impact, none, in_place, restart, disruptive, data_loss)

/// One field that differs. Both values are JSON texts: 2, "off", null when there is none.
struct Change {
  std::string field;
  std::string from;
  std::string to;
  bool operator==(const Change&) const = default;
};

struct Action {
  Op op;
  std::string reason;  ///< the fact: "machine talos-hypv-worker-02 is absent"
  Impact impact = Impact::none;
  std::vector<Change> changes;
  int turn = 1;  ///< the how-manieth time this plan does it to this target: an upgrade over two releases drains twice
  bool operator==(const Action&) const = default;
};

/// "drain-node/talos-hypv-cp-01", and from the second turn on "drain-node/talos-hypv-cp-01#2". Unique in a plan.
std::string id_of(const Action& action);

struct Dependency {
  ActionId before;
  ActionId after;
  auto operator<=>(const Dependency&) const = default;
};

/// Wanted, but a safety rule said no. What would follow from it is in the plan and waits for it in vain.
struct Refused {
  Op op;
  std::string rule;    ///< "etcd-quorum"
  std::string reason;  ///< the facts, and what to do
  bool operator==(const Refused&) const = default;
};

struct Unknown {
  System system = System::hyperv;
  std::string reason;
  bool operator==(const Unknown&) const = default;
};

struct Plan {
  std::string cluster;
  std::vector<Action> actions;           ///< in an order that respects the dependencies
  std::vector<Dependency> dependencies;  ///< sorted by after, then before; acyclic: asserted when it is made
  std::vector<Refused> refused;
  std::vector<Unknown> unknown;
  std::vector<ActionId> blocked;  ///< sorted; actions that depend on a refused one and are not started
  bool operator==(const Plan&) const = default;

  bool complete() const { return unknown.empty(); }
  /// Nothing to do, nothing refused, nothing unknown.
  bool converged() const { return actions.empty() && refused.empty() && unknown.empty(); }
};

/// No I/O, no clock, no chance: the same input gives the same bytes. Secrets in both must already be masked.
Plan make_plan(const ClusterSpec& wanted, const Observed& found);

/// Nodes that are to be made anew although they are in order, and the VM ID that each has now: once a node has another
/// machine it was made anew.
using Replacements = std::map<std::string, std::string>;

/// The same with `tbx apply --replace`.
Plan make_plan_replacing(const ClusterSpec& wanted, const Observed& found, const Replacements& replacements);

/// Takes everything away that is ours by its mark. Needs only what host and hosts file report.
Plan make_destroy_plan(const ClusterSpec& wanted, const Observed& found);

}  // namespace tbx
