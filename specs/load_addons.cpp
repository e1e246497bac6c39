#include <fmt/format.h>

#include <algorithm>

#include "specs/addon_wish.h"
#include "specs/load_steps.h"
#include "specs/merge_values.h"

namespace tbx {
namespace {

using nlohmann::json;

void load_gates(Loading& loading, AddonWish& wish, const json& values) {
  if (wish.entry != nullptr) {
    for (const CatalogueGate& known : wish.entry->gates) {
      const bool switched_off = std::ranges::any_of(
          known.unless_false, [&](const std::string& path) { return value_at(values, path) == false; });
      if (switched_off) continue;
      ReadyGate gate = known.gate;
      // The user may have moved the release to another namespace.
      if (gate.namespace_name == wish.entry->addon.namespace_name) gate.namespace_name = wish.addon.namespace_name;
      wish.addon.ready.push_back(std::move(gate));
    }
  }
  for (const Field& field : children(member(wish.field, "ready"))) {
    const auto text = text_of(field);
    if (!text) continue;
    auto gate = parse_ready_gate(*text, wish.addon.namespace_name);
    if (!gate) {
      complain(loading, field.path, gate.error());
    } else if (std::ranges::count(wish.addon.ready, *gate) == 0) {
      wish.addon.ready.push_back(std::move(*gate));
    }
  }
}

/// More than one of a kind that a cluster has once, or one that waits for what nobody gives.
void check_roles(Loading& loading, const std::vector<AddonWish>& wishes) {
  const AddonWish* network = nullptr;
  for (const AddonWish& wish : wishes) {
    if (!wish.addon.is_cni) continue;
    if (network != nullptr) {
      complain(loading, wish.field.path,
               fmt::format("{} and {} are both the pods' network: keep one", network->addon.name, wish.addon.name));
    }
    network = &wish;
  }
  const bool has_load_balancer =
      std::ranges::any_of(wishes, [](const AddonWish& wish) { return wish.addon.is_load_balancer; });
  for (const AddonWish& wish : wishes) {
    if (!wish.addon.needs_load_balancer || has_load_balancer) continue;
    warn(loading, wish.field.path,
         fmt::format("{} waits for an address of a load balancer, and none is among the addons: add metallb",
                     wish.addon.name));
  }
}

}  // namespace

void load_addons(Loading& loading, const Field& spec) {
  std::vector<AddonWish> wishes = read_addon_wishes(loading, member(spec, "addons"));
  order_addons(loading, wishes);
  check_roles(loading, wishes);
  for (AddonWish& wish : wishes) {
    const json values = merged_values(loading, wish);
    wish.addon.values = values.dump();
    load_gates(loading, wish, values);
    loading.spec.addons.push_back(wish.addon);
  }
  std::ranges::sort(loading.spec.addons, {}, &AddonSpec::name);
}

}  // namespace tbx
