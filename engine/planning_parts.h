// What the parts of make_plan hand to one another beside single steps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan_builder.h"
#include "engine/upgrade_path.h"

namespace tbx {

/// One release of Talos or Kubernetes on the way to the wanted ones: these steps come after those of the hop before.
struct UpgradeTurn {
  std::size_t node = 0;  ///< index into Planning::nodes
  Step begin;
  Step end;
};
struct HopPlan {
  bool comes_after_departures = false;  ///< also of control planes; workers that go are gone before any of Kubernetes
  Step snapshot;
  Step cluster;  ///< the one step that upgrades Kubernetes; none for Talos
  std::vector<UpgradeTurn> turns;
};

/// A node that leaves for good. Of control planes the next goes only when this one is gone: while etcd's list and its
/// leader change, no rule can tell whether a machine or a disk may go.
struct Departure {
  std::string node;
  Step begin;
  Step left;  ///< off etcd's list
  Step gone;  ///< neither Node nor machine nor disk is there any more
  bool is_control_plane = false;
  bool is_sick = false;  ///< its member is of no help to etcd: none joins before it is gone
  bool is_idle = false;  ///< it is off, and no member of etcd: its end disturbs nobody, whenever it comes
};

/// From the releases that run to those that the file names.
struct ReleaseWay {
  Releases running;  ///< Talos: the oldest, or going back the newest; empty: none runs that is known
  std::vector<UpgradeHop> hops;
  std::optional<Refusal> refusal;  ///< there is no way
  std::string for_new_nodes;       ///< the Talos that a new node installs: one that fits what runs when it joins
};

}  // namespace tbx
