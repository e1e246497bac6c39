// One wanted node while a plan is made: the facts about it, and the steps that others wait for.
#pragma once

#include "engine/observed.h"
#include "engine/plan_builder.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// How a node's Talos will be after the planned machine steps.
enum class Boot {
  stays,     ///< the machine runs, and is left running
  blank,     ///< it will come up from an empty disk, in maintenance mode
  restarts,  ///< it will come up with what its disk holds
  never,     ///< it has no disk, and a rule keeps it from being made anew: nothing comes of waiting for it
};

/// One wanted node: the facts about it, and the steps that others wait for.
struct NodePlan {
  const NodeSpec* spec = nullptr;
  const Machine* machine = nullptr;  ///< ours; null when absent
  const Disk* disk = nullptr;
  const TalosNode* talos = nullptr;
  const KubernetesNode* kubernetes = nullptr;
  Boot boot = Boot::stays;
  bool is_replaced = false;    ///< the user asked for it to be made anew
  bool gives_up_data = false;  ///< a control plane's orphaned disk that the others can do without

  Step drained;
  Step led;           ///< another member of etcd leads
  Step stopped;       ///< for a change that needs the VM off
  Step disturbed;     ///< what takes it away for a while begins: the next of its pool waits until it is ready again
  Step machine_made;  ///< exists once the VM does
  Step running;       ///< the VM is on
  Step address;       ///< its Talos answers
  Step configured;
  Step talos_ready;
  Step member;  ///< control planes: healthy voting member
  Step ready;   ///< its Node is Ready
  Step uncordoned;
};

}  // namespace tbx
