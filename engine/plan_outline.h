// A plan in the order in which people think of it: by phase, by what each step is about, with the like folded together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/text_layout.h"

namespace tbx {

enum class Phase {
  image_and_secrets,
  machines,
  talos,
  etcd_and_kubernetes,
  nodes,
  changes,
  upgrades,
  addons,
  routes_and_access,
  removal
};
enum class Verb { create, change, remove, wait };

/// "Image and secrets"
std::string_view title_of(Phase phase);

/// Something applied or written where there was nothing is created.
Verb verb_of(const Action& action);
/// Its one field says nothing that its title does not: "machine absent -> present" below "create machine".
bool only_comes_or_goes(const Action& action);
/// "+", "~", "-", "…"
std::string_view symbol_of(Verb verb, const TextStyle& style);

/// Whether its target is a node, and not an addon, a host name or the cluster.
bool is_about_node(const Op& op);

/// The steps of one phase that are about one thing.
struct StepGroup {
  std::string target;
  bool is_node = false;
  std::vector<ActionId> actions;     ///< in plan order
  std::vector<std::string> as_well;  ///< other nodes with the same steps, in natural order
  std::size_t at_once = 0;           ///< of all these nodes, those in the middle of disturbing steps; 0: no limit
  bool comes_next = false;           ///< begins when the group before it is through, or has left etcd
};

struct PlanSection {
  Phase phase = Phase::machines;
  std::string title;              ///< the phase's, or the release that is upgraded to
  bool is_as_before = false;      ///< folded: the steps of the section before, apart from the release
  std::vector<StepGroup> groups;  ///< nodes in natural order, or as they have their turn; other things as they get done
};

enum class Folding { off, on };

/// What stands below the title of a section that is as the one before.
constexpr std::string_view as_before_text = "the same steps on the same nodes, in the same order";

/// Steps are the same when op, impact, reason and changes are, apart from the node's own name, addresses and IDs.
std::vector<PlanSection> outline_of(const Plan& plan, Folding folding);

/// What describe(op) says, without the target, for a line below a heading that names it: "create disk (20 GiB)".
std::string title_without_target(const Op& op);

/// "talos-hypv-worker-02 … -05, -09 (5 nodes)". Pre: in natural order. Shows at most `most_runs` runs.
std::string node_ranges(const std::vector<std::string>& names, std::string_view dots, std::size_t most_runs = 8);

/// "worker-02, -03 (2 nodes): the same steps, one node after the other". Pre: as_well is not empty.
std::string same_steps_text(const StepGroup& group, std::string_view dots);

/// "worker-2" before "worker-10".
bool natural_less(std::string_view left, std::string_view right);

}  // namespace tbx
