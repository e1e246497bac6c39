// What the parts of make_plan share: the facts of each wanted node, and the steps planned so far.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/bootstrap_rules.h"
#include "engine/node_network.h"
#include "engine/observed.h"
#include "engine/plan_builder.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// How a node's Talos will be after the planned machine steps.
enum class Boot {
  stays,     ///< the machine runs, and is left running
  blank,     ///< it will come up from an empty disk, in maintenance mode
  restarts,  ///< it will come up with what its disk holds
};

/// One wanted node: the facts about it, and the steps that others wait for.
struct NodePlan {
  const NodeSpec* spec = nullptr;
  const Machine* machine = nullptr;  ///< ours; null when absent
  const Disk* disk = nullptr;
  const TalosNode* talos = nullptr;
  const KubernetesNode* kubernetes = nullptr;
  Boot boot = Boot::stays;

  Step drained;
  Step disturbed;     ///< drained or stopped to be changed; the next of its pool waits until this one is ready again
  Step machine_made;  ///< exists once the VM does
  Step running;       ///< the VM is on
  Step address;       ///< its Talos answers
  Step configured;
  Step talos_ready;
  Step member;  ///< control planes: healthy voting member
  Step ready;   ///< its Node is Ready
};

struct Planning {
  const ClusterSpec& wanted;
  const Observed& found;
  PlanBuilder& builder;
  NodeNetwork network;
  EtcdPhase phase = EtcdPhase::unknown;
  bool has_cni = false;
  bool was_bootstrapped = false;  ///< a mark of ours says so
  std::vector<NodePlan> nodes;    ///< as in wanted.nodes

  Step secrets = {};
  Step image = {};
  Step api = {};                                 ///< the Kubernetes API answers
  std::map<std::string, Step> installed = {};    ///< by addon: the release is there
  std::map<std::string, Step> addon_ready = {};  ///< by addon: its gates are open
  std::map<std::string, Step> uninstalled = {};  ///< by release
  Step address_pool = {};

  bool kubernetes_known() const { return found.kubernetes.presence != Presence::unknown; }
};

// Each part reads the facts and adds its actions; the order below is the order in which a cluster comes into being.
void plan_limits(Planning& planning);
void plan_secrets(Planning& planning);
void plan_machines(Planning& planning);
void plan_talos(Planning& planning);
void plan_etcd(Planning& planning);
void plan_api(Planning& planning);
void plan_addon_releases(Planning& planning);
void plan_nodes(Planning& planning);
void plan_addon_readiness(Planning& planning);
void plan_routes(Planning& planning);
void plan_removals(Planning& planning);

/// Cordons, drains, stops and in the end deletes one of our VMs with its disks and its Node.
/// Pre: the file does not want it any more, or its disk is gone. Returns the last step, or a refused one.
Step plan_machine_removal(Planning& planning, const Machine& machine, const std::string& reason);

}  // namespace tbx
