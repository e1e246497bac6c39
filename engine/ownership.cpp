#include "engine/ownership.h"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace tbx {

namespace {

auto named(const std::vector<Machine>& machines, std::string_view name) {
  auto less = [](const auto& left, const auto& right) {
    auto key = [](const auto& value) -> std::string_view {
      if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
        return value;
      } else {
        return value.name;
      }
    };
    return key(left) < key(right);
  };
  return std::equal_range(machines.begin(), machines.end(), name, less);
}

template <class T>
const T* find_sorted(const std::vector<T>& values, std::string_view name) {
  auto place = std::lower_bound(values.begin(), values.end(), name,
                                [](const T& value, std::string_view wanted) { return value.name < wanted; });
  return place != values.end() && place->name == name ? &*place : nullptr;
}

const Machine* machine_where(const Observed& found, const ClusterSpec& wanted, std::string_view node, bool ours) {
  auto [first, last] = named(found.host.machines, node);
  auto place = std::find_if(
      first, last, [&](const Machine& machine) { return is_ours(machine.mark, wanted, found.credentials) == ours; });
  return place == last ? nullptr : &*place;
}

}  // namespace

bool is_ours(const Mark& mark, const ClusterSpec& wanted, const CredentialState& credentials) {
  if (mark.cluster.empty() || mark.cluster != wanted.name) {
    return false;
  }
  return credentials.cluster_id.empty() || credentials.cluster_id == mark.cluster_id;
}

const Machine* our_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node) {
  return machine_where(found, wanted, node, true);
}

const Machine* copy_of_our_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node) {
  auto [first, last] = named(found.host.machines, node);
  const auto is_one = [&](const Machine& machine) { return is_ours(machine.mark, wanted, found.credentials); };
  const auto place = std::find_if(first, last, is_one);
  const auto copy = place == last ? last : std::find_if(place + 1, last, is_one);
  return copy == last ? nullptr : &*copy;
}

const Machine* foreign_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node) {
  return machine_where(found, wanted, node, false);
}

const Machine* machine_by_id(const HostState& host, std::string_view machine_id, std::string_view likely_name) {
  auto [first, last] = named(host.machines, likely_name);
  auto near = std::find_if(first, last, [&](const Machine& machine) { return machine.id == machine_id; });
  if (near != last || machine_id.empty()) {
    return near == last ? nullptr : &*near;
  }
  auto place = std::ranges::find(host.machines, machine_id, &Machine::id);
  return place == host.machines.end() ? nullptr : &*place;
}

const Disk* disk_at(const HostState& host, std::string_view path, std::string_view node) {
  auto near =
      std::ranges::equal_range(host.disks, node, {}, [](const Disk& disk) { return std::string_view(disk.node); });
  if (auto place = std::ranges::find(near, path, &Disk::path); place != near.end()) {
    return &*place;
  }
  auto place = std::ranges::find(host.disks, path, &Disk::path);
  return place == host.disks.end() ? nullptr : &*place;
}

const Disk* disk_of(const Observed& found, const ClusterSpec& wanted, std::string_view node) {
  const auto& disks = found.host.disks;
  auto place = std::lower_bound(disks.begin(), disks.end(), node,
                                [](const Disk& disk, std::string_view name) { return disk.node < name; });
  const Disk* any = nullptr;
  for (; place != disks.end() && place->node == node; ++place) {
    if (is_ours(place->mark, wanted, found.credentials)) {
      return &*place;
    }
    any = any == nullptr ? &*place : any;
  }
  return any;
}

const KubernetesNode* kubernetes_node(const KubernetesState& kubernetes, std::string_view name) {
  return find_sorted(kubernetes.nodes, name);
}

const Release* release_named(const HelmState& helm, std::string_view name) { return find_sorted(helm.releases, name); }

/// Nodes stand by role, pool and number, and of these their names are made: <cluster>-<pool>-<number>.
const NodeSpec* wanted_node(const ClusterSpec& wanted, std::string_view name) {
  const std::size_t dash = name.rfind('-');
  int number = 0;
  if (dash == std::string_view::npos ||
      std::from_chars(name.data() + dash + 1, name.data() + name.size(), number).ec != std::errc{}) {
    return nullptr;
  }
  const bool is_worker = !is_control_plane_name(wanted, name);
  const std::string_view prefix = name.substr(0, dash + 1);
  auto place = std::ranges::partition_point(wanted.nodes, [&](const NodeSpec& node) {
    const std::string_view own = std::string_view(node.name).substr(0, node.name.rfind('-') + 1);
    return std::tuple(node.role == Role::worker, own, node.number) < std::tuple(is_worker, prefix, number);
  });
  return place != wanted.nodes.end() && place->name == name ? &*place : nullptr;
}

const AddonSpec* wanted_addon(const ClusterSpec& wanted, std::string_view name) {
  return find_sorted(wanted.addons, name);
}

const TalosNode* talos_node(const Observed& found, std::string_view name) {
  auto place = found.talos.find(std::string(name));
  return place == found.talos.end() ? nullptr : &place->second;
}

bool is_control_plane_name(const ClusterSpec& wanted, std::string_view node) {
  return node.starts_with(wanted.name + "-cp-");
}

bool is_protected(const ClusterSpec& wanted, std::string_view node) {
  if (wanted.is_protected || std::ranges::binary_search(wanted.protected_nodes, std::string(node))) {
    return true;
  }
  // A pool's protection holds for its nodes that the file no longer counts, too.
  auto pool_of = [](std::string_view name) { return name.substr(0, name.rfind('-')); };
  return std::ranges::any_of(wanted.nodes, [&](const NodeSpec& each) {
    return each.is_protected && (each.name == node || pool_of(each.name) == pool_of(node));
  });
}

}  // namespace tbx
