// What the parts of make_plan share: the facts of each wanted node, and the steps planned so far.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/bootstrap_rules.h"
#include "engine/node_network.h"
#include "engine/node_plan.h"
#include "engine/observed.h"
#include "engine/plan_builder.h"
#include "engine/planning_parts.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct Planning {
  const ClusterSpec& wanted;
  const Observed& found;
  PlanBuilder& builder;
  NodeNetwork network;
  EtcdPhase phase = EtcdPhase::unknown;
  bool was_bootstrapped = false;  ///< a mark of ours says so
  std::vector<NodePlan> nodes;    ///< as in wanted.nodes

  EtcdState membership = {};           ///< as it will be after the steps planned so far that change it
  EtcdState settled = {};              ///< as it will be when all wanted members are there: what restarts are judged by
  bool departures_come_first = false;  ///< with those that are to go counted, no member could be restarted
  bool joins_come_last = false;        ///< with those that are to join counted, no member could be restarted

  ReleaseWay releases = {};

  Step no_new_nodes =
      {};  ///< a refusal: what would make a node waits for it in vain, and none is deleted to be made anew
  Step secrets = {};
  Step image = {};
  Step quorum_lost = {};                         ///< a refusal: what would need etcd waits for it in vain
  Step api = {};                                 ///< the Kubernetes API answers
  std::map<std::string, Step> installed = {};    ///< by addon: the release is there
  std::map<std::string, Step> addon_ready = {};  ///< by addon: its gates are open
  std::map<std::string, Step> uninstalled = {};  ///< by release
  Step address_pool = {};
  Step talosconfig = {};
  Step kubeconfig = {};
  std::vector<Step> stale_nodes_gone = {};  ///< Nodes without a machine that nobody wants
  std::vector<HopPlan> hops = {};
  std::vector<Departure> departures = {};
  std::vector<Step> brought_back = {};               ///< members that are started only so that etcd has a quorum
  std::map<std::string, Step> members_removed = {};  ///< by node without a machine: it is off etcd's list

  bool kubernetes_known() const { return found.kubernetes.presence != Presence::unknown; }
  bool talos_known() const { return found.talos_presence != Presence::unknown; }
};

// Each part reads the facts and adds its actions; the order below is the order in which a cluster comes into being.
void choose_releases(Planning& planning);
void plan_limits(Planning& planning);
void plan_secrets(Planning& planning);
void plan_membership(Planning& planning);
void plan_machines(Planning& planning);
void plan_talos(Planning& planning);
void plan_etcd(Planning& planning);
void plan_api(Planning& planning);
void plan_addon_releases(Planning& planning);
void plan_nodes(Planning& planning);
void plan_addon_readiness(Planning& planning);
void plan_routes(Planning& planning);
void plan_upgrades(Planning& planning);
void plan_removals(Planning& planning);
/// Last: who waits for whom among all that takes a node away for a while, or for good.
void plan_turns(Planning& planning);

/// `settled` once those that are to go have gone, as far as the rules let them go by what is planned so far.
EtcdState settled_when_left(const Planning& planning);

/// Why one of our VMs is deleted.
struct Removal {
  std::string reason;
  bool replaces_node = false;
};

/// First and last step of a removal.
struct RemovalSteps {
  Step begin;
  Step deleted;
};

/// Lets one of our VMs leave etcd, drains, stops and deletes it with its Node; its disks are the caller's.
/// Pre: the file does not want it any more, its disk is gone, or it is to be made anew. Empty: a rule said no, or
/// something that a rule needs is not known; both are in the plan then.
std::optional<RemovalSteps> plan_machine_removal(Planning& planning, const Machine& machine, const Removal& removal);

/// Takes a Node away that nothing stands behind any more; checked by its UUID.
Step plan_node_deletion(Planning& planning, const KubernetesNode& node, const std::string& reason, Step after);

/// Saves etcd's data before `target` changes, where there is any to be saved.
Step plan_snapshot(Planning& planning, const std::string& target, const std::string& reason);

/// Another member leads before this one restarts; none where it is the only voter, or no control plane.
Step plan_hand_over(Planning& planning, const NodePlan& node, const std::string& reason, Step after);

/// Takes a member off etcd's list without its doing: it is dead, or its machine is off. Changes `membership`.
Step plan_member_removal(Planning& planning, const EtcdMember& member, const std::string& reason, Step after);

/// The step that took the member of a node without a machine off etcd's list; none: there was no such member.
Step member_removal_of(const Planning& planning, const std::string& node);

/// While Kubernetes or Talos can't be asked, nothing that runs is stopped: its pods could not be moved, or it would be
/// drained and then not stopped. The only control plane may be without Kubernetes, since what keeps the API from
/// answering may be its size.
bool may_be_stopped(const Planning& planning, const NodePlan& node);

/// Moves a node's pods before it is away for a while; none where no other node that is Ready takes them.
Step plan_drain(Planning& planning, const NodePlan& node, const std::string& reason);

/// The VM that a node without one gets.
CreateMachine creation_of(const Planning& planning, const NodePlan& node);

/// Its release is known, and it is not made anew.
bool runs(const NodePlan& node);

/// Its Talos can be asked.
bool answers(const NodePlan& node);

/// Known to run with a machine config, and its disk is there to hold it.
bool has_config(const NodePlan& node);

/// Null when there is none.
const EtcdMember* member_of(const EtcdState& etcd, const std::string& node);

}  // namespace tbx
