// Namespaces, the address pool, routes: objects that are there or not.
#include <algorithm>

#include <fmt/format.h>

#include "engine/address_pool.h"
#include "engine/ownership.h"
#include "providers/kubernetes/manifests.h"
#include "providers/kubernetes/objects.h"
#include "providers/kubernetes/own_ingresses.h"
#include "providers/kubernetes/perform.h"

namespace tbx {

namespace {

/// Where to ask, and as whom.
struct Place {
  std::string address;
  std::string cluster_id;
};

Result<Place> place_of(const KubernetesAction& action) {
  Result<std::string> address = api_address(action);
  if (!address) {
    return tl::unexpected(address.error());
  }
  return own_cluster_id(action).map([&](const std::string& id) { return Place{*address, id}; });
}

/// The switch as it is now: it may have moved since the plan was made.
std::string chosen_range(const KubernetesAction& action) {
  Observed found = action.context.found;
  if (action.context.look_at_host) {
    action.context.look_at_host(found);
  }
  return choose_address_pool(found);
}

std::string ingress_class_of(const ClusterSpec& spec) {
  auto ingress = std::ranges::find_if(spec.addons, &AddonSpec::is_ingress);
  return ingress == spec.addons.end() ? "" : ingress->name;
}

Result<std::vector<OwnIngress>> ask_own_ingresses(const KubernetesAction& action, const Place& place,
                                                  const std::string& host) {
  KubernetesAnswer answer = action.kubectl.ask(
      action.kubectl.look(place.address, {"get", "ingresses.networking.k8s.io", "--all-namespaces", "--output=json",
                                          fmt::format("--selector={}={}", cluster_label, place.cluster_id)}),
      action.stop);
  if (!answer) {
    return tl::unexpected(told_as(answer.error(), fmt::format("the route {} can't be looked up", host)));
  }
  return parse_own_ingresses(*answer, host);
}

Status delete_ingress(const KubernetesAction& action, const Place& place, const OwnIngress& ingress) {
  return change(action, place.address,
                {"delete", "ingresses.networking.k8s.io", ingress.name,
                 fmt::format("--namespace={}", ingress.namespace_name), "--ignore-not-found", "--wait=false"},
                fmt::format("the Ingress {}/{} can't be deleted", ingress.namespace_name, ingress.name))
      .map([](const std::string&) {});
}

}  // namespace

Status perform(const KubernetesAction& action, const ApplyNamespace& op) {
  Result<Place> place = place_of(action);
  if (!place) {
    return tl::unexpected(place.error());
  }
  return apply_manifest(action, place->address, namespace_manifest(op, place->cluster_id),
                        fmt::format("the namespace {} is not accepted", op.target));
}

Status perform(const KubernetesAction& action, const ApplyAddressPool& op) {
  Result<Place> place = place_of(action);
  if (!place) {
    return tl::unexpected(place.error());
  }
  const AddonSpec* addon = wanted_addon(action.context.spec, op.target);
  if (addon == nullptr) {
    return failure(ErrorKind::rejected, fmt::format("{} is no addon of the file: there is nothing to serve its address "
                                                    "pool",
                                                    op.target));
  }
  std::string range = op.range.empty() ? chosen_range(action) : op.range;
  if (range.empty()) {
    const std::string& subnet = action.context.found.host.switch_subnet;
    return failure(ErrorKind::rejected, fmt::format("no free addresses are left in {}", subnet));
  }
  return apply_manifest(action, place->address, address_pool_manifest(addon->namespace_name, range, place->cluster_id),
                        fmt::format("the address pool {} is not accepted", range));
}

/// A route that led to another namespace has its old Ingress there, which goes last: so the host is never without one.
Status perform(const KubernetesAction& action, const ApplyRoute& op) {
  Result<Place> place = place_of(action);
  if (!place) {
    return tl::unexpected(place.error());
  }
  Result<std::vector<OwnIngress>> there = ask_own_ingresses(action, *place, op.target);
  if (!there) {
    return tl::unexpected(there.error());
  }
  const OwnIngress wanted{op.service_namespace, route_name(op.target)};
  bool is_ours = std::ranges::find(*there, wanted) != there->end();
  Status applied = apply_manifest(
      action, place->address, route_manifest(op, ingress_class_of(action.context.spec), place->cluster_id),
      fmt::format("the route {} is not accepted", op.target), is_ours ? Conflicts::are_ours : Conflicts::are_errors);
  for (const OwnIngress& ingress : *there) {
    if (applied && ingress != wanted) {
      applied = delete_ingress(action, *place, ingress);
    }
  }
  return applied;
}

Status perform(const KubernetesAction& action, const DeleteRoute& op) {
  Result<Place> place = place_of(action);
  if (!place) {
    return tl::unexpected(place.error());
  }
  Result<std::vector<OwnIngress>> there = ask_own_ingresses(action, *place, op.target);
  if (!there) {
    return tl::unexpected(there.error());
  }
  for (const OwnIngress& ingress : *there) {
    if (Status deleted = delete_ingress(action, *place, ingress); !deleted) {
      return deleted;
    }
  }
  return {};
}

}  // namespace tbx
