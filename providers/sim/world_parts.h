// The parts that a world consists of, by their keys.
#pragma once

#include <set>

#include "providers/sim/live_world.h"

namespace tbx::sim {

/// The cluster that a part belongs to; made when it is not there, and an empty one when none can be made.
inline SimCluster& cluster_of_part(World& world, const EntityKey& entity) { return world.clusters[entity.cluster]; }
inline const SimCluster& cluster_of_part(const World& world, const EntityKey& entity) {
  static const SimCluster none;
  auto place = world.clusters.find(entity.cluster);
  return place == world.clusters.end() ? none : place->second;
}

/// Calls `one` with a part that is always there, `of` with the map of another one; with that of each of the worlds.
template <class One, class Of, class... Worlds>
void visit_part(const EntityKey& entity, const One& one, const Of& of, Worlds&... worlds) {
  switch (entity.kind) {
    case EntityKind::clock:
      return one(worlds.clock...);
    case EntityKind::host:
      return one(worlds.host...);
    case EntityKind::hosts_file:
      return one(worlds.hosts_file...);
    case EntityKind::disturbances:
      return one(worlds.disturbances...);
    case EntityKind::cluster:
      return one(cluster_of_part(worlds, entity).facts...);
    case EntityKind::machine:
      return of(worlds.machines...);
    case EntityKind::disk:
      return of(worlds.disks...);
    case EntityKind::lock:
      return of(worlds.locks...);
    case EntityKind::member:
      return of(cluster_of_part(worlds, entity).members...);
    case EntityKind::node:
      return of(cluster_of_part(worlds, entity).nodes...);
    case EntityKind::kube_namespace:
      return of(cluster_of_part(worlds, entity).namespaces...);
    case EntityKind::route:
      return of(cluster_of_part(worlds, entity).routes...);
    case EntityKind::release:
      return of(cluster_of_part(worlds, entity).releases...);
  }
}

/// Makes these parts of `to` as they are in `from`, present or absent.
void copy_parts(const World& from, const std::set<EntityKey>& parts, World& to);

}  // namespace tbx::sim
