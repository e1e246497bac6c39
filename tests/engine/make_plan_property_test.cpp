// What holds for every plan, whatever the file says and whatever state the world is in.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/ownership.h"
#include "engine/plan.h"
#include "tests/support/converged_world.h"
#include "tests/support/property.h"

namespace tbx {
namespace {

using test::converged_world;
using test::empty_host;
using test::small_cluster;

int pick(int from, int to) { return *rc::gen::inRange(from, to + 1); }

const std::string& any_node(const Observed& found) {
  return found.host.machines[static_cast<std::size_t>(pick(0, static_cast<int>(found.host.machines.size()) - 1))].name;
}

/// One thing that goes wrong, or is done by hand.
void disturb(Observed& found) {
  if (found.host.machines.empty()) {
    return;
  }
  std::string node = any_node(found);
  switch (pick(0, 11)) {
    case 0:
      test::machine_named(found, node).power = Power::off;
      break;
    case 1:
      test::machine_named(found, node).cpu_count = 7;
      break;
    case 2:
      test::lose_machine(found, node, true);
      break;
    case 3:
      test::lose_machine(found, node, false);
      break;
    case 4:
      test::machine_named(found, node).mark = {};
      break;
    case 5:
      found.talos[node].presence = Presence::unknown;
      break;
    case 6:
      found.etcd.presence = Presence::unknown;
      break;
    case 7:
      found.kubernetes.presence = found.helm.presence = Presence::unknown;
      break;
    case 8:
      std::erase_if(found.kubernetes.nodes, [&](const auto& value) { return value.name == node; });
      break;
    case 9:
      std::erase_if(found.host.disks, [&](const auto& disk) { return disk.node == node; });
      break;
    case 10:
      found.host.switch_subnet = "172.30.0.0/20";
      break;
    case 11:
      std::erase_if(found.helm.releases, [](const auto& release) { return release.name == "metallb"; });
      break;
  }
}

struct Case {
  ClusterSpec wanted;
  Observed found;
};

Case any_case() {
  const char* addons[] = {"", "cilium", "cilium, metallb", "cilium, metallb, traefik, monitoring"};
  ClusterSpec before = small_cluster(pick(0, 1) * 2 + 1, pick(0, 3), addons[pick(0, 3)]);
  Observed found = pick(0, 4) == 0 ? empty_host() : converged_world(before);
  ClusterSpec wanted = pick(0, 1) == 0 ? before : small_cluster(pick(0, 1) * 2 + 1, pick(0, 3), addons[pick(0, 3)]);
  for (int count = pick(0, 3); count > 0; --count) {
    disturb(found);
  }
  if (pick(0, 4) == 0 && !found.host.machines.empty()) {
    wanted.protected_nodes = {any_node(found)};
  }
  return {wanted, found};
}

/// They point into the plan, so it must be a value that stays.
template <class T>
std::vector<const T*> all(Plan&& plan) = delete;
template <class T>
std::vector<const T*> all(const Plan& plan) {
  std::vector<const T*> result;
  for (const Action& action : plan.actions) {
    if (const T* op = std::get_if<T>(&action.op)) {
      result.push_back(op);
    }
  }
  return result;
}

TBX_PROPERTY(EveryPlan, IsTheSameForTheSameInput, 1500, ()) {
  Case given = any_case();
  RC_ASSERT(make_plan(given.wanted, given.found) == make_plan(given.wanted, given.found));
}

TBX_PROPERTY(EveryPlan, HasItsActionsInAnOrderThatRespectsTheDependencies, 1500, ()) {
  Case given = any_case();
  for (const Dependency& edge : make_plan(given.wanted, given.found).dependencies) {
    RC_ASSERT(edge.before < edge.after);
  }
}

TBX_PROPERTY(EveryPlan, NamesEachActionOnce, 1500, ()) {
  Case given = any_case();
  std::set<std::string> ids;
  for (const Action& action : make_plan(given.wanted, given.found).actions) {
    RC_ASSERT(ids.insert(id_of(action.op)).second);
  }
}

TBX_PROPERTY(EveryPlan, DeletesOnlyMachinesOfOursThatAreUnwantedOrHaveLostTheirDisk, 1500, ()) {
  Case given = any_case();
  const Plan plan = make_plan(given.wanted, given.found);
  for (const DeleteMachine* op : all<DeleteMachine>(plan)) {
    const Machine* machine = machine_by_id(given.found.host, op->machine_id, op->target);
    RC_ASSERT(machine != nullptr);
    RC_ASSERT(is_ours(machine->mark, given.wanted, given.found.credentials));
    RC_ASSERT(!is_protected(given.wanted, op->target));
    bool has_disk = std::ranges::any_of(given.found.host.disks,
                                        [&](const Disk& disk) { return disk.attached_to == op->machine_id; });
    RC_ASSERT(wanted_node(given.wanted, op->target) == nullptr || !has_disk);
  }
}

TBX_PROPERTY(EveryPlan, BootstrapsAtMostOnceAndNeverWhereAMarkSaysThatItWas, 1500, ()) {
  Case given = any_case();
  Plan plan = make_plan(given.wanted, given.found);
  auto bootstraps = all<BootstrapEtcd>(plan);
  RC_ASSERT(bootstraps.size() <= 1U);
  auto was = [&](const Mark& mark) {
    return is_ours(mark, given.wanted, given.found.credentials) && mark.bootstrap == BootstrapMark::bootstrapped;
  };
  if (std::ranges::any_of(given.found.host.machines, was, &Machine::mark)) {
    RC_ASSERT(bootstraps.empty());
  }
}

TBX_PROPERTY(EveryPlan, NeverDeletesADiskThatMayHoldTheOnlyDataOfEtcd, 1500, ()) {
  Case given = any_case();
  const Plan plan = make_plan(given.wanted, given.found);
  for (const DeleteDisk* op : all<DeleteDisk>(plan)) {
    if (is_control_plane_name(given.wanted, op->target)) {
      RC_ASSERT(given.found.etcd.presence == Presence::present && given.found.etcd.has_leader);
    }
  }
}

}  // namespace
}  // namespace tbx
