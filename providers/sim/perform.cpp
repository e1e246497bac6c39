// From an op to what it does: the one place that tells waits from changes.
#include "providers/sim/perform.h"

#include <type_traits>

#include "engine/assertion.h"
#include "providers/sim/rules.h"
#include "providers/sim/waits.h"

namespace tbx::sim {

namespace {

template <class T, class... Listed>
concept OneOf = (std::is_same_v<T, Listed> || ...);

template <class T>
concept Wait =
    OneOf<T, AwaitAddress, AwaitTalos, AwaitEtcdMember, AwaitApi, AwaitNode, AwaitNodeLost, AwaitRelease, AwaitRoute>;

}  // namespace

Status perform(LiveWorld& live, const Op& op, const Setting& setting) {
  return std::visit(
      [&](const auto& each) -> Status {
        if constexpr (Wait<std::remove_cvref_t<decltype(each)>>) {
          WaitState state = waiting(live.world, each, setting);
          return state.done ? Status{} : failure(ErrorKind::timed_out, state.what);
        } else {
          return effect(live, each, setting);
        }
      },
      op);
}

WaitState look_at_wait(const World& world, const Op& op, const Setting& setting) {
  return std::visit(
      [&](const auto& each) -> WaitState {
        if constexpr (Wait<std::remove_cvref_t<decltype(each)>>) {
          return waiting(world, each, setting);
        } else {
          TBX_ASSERT(false, "only waits are waited for");
        }
      },
      op);
}

std::string known_cluster_id(const Setting& setting) { return setting.credentials.observe().cluster_id; }

std::string our_machine_key(const World& world, const std::string& node, const Setting& setting) {
  std::string id = known_cluster_id(setting);
  for (std::string& key : machines_named(world, node)) {
    const Mark& mark = world.machines.at(key).mark;
    if (mark.cluster == setting.spec.name && (id.empty() || mark.cluster_id.empty() || mark.cluster_id == id)) {
      return std::move(key);
    }
  }
  return {};
}

}  // namespace tbx::sim
