// A world in memory: which parts of it were changed, and when something happens next.
#pragma once

#include <compare>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "providers/sim/world.h"

namespace tbx::sim {

enum class EntityKind {
  clock,
  host,
  machine,
  disk,
  cluster,
  member,
  node,
  kube_namespace,
  route,
  release,
  hosts_file,
  disturbances,
  lock
};

/// One part of the world that is written and read as a whole.
struct EntityKey {
  EntityKind kind = EntityKind::clock;
  std::string cluster;  ///< only for what belongs to one
  std::string key;
  auto operator<=>(const EntityKey&) const = default;
};

/// Something happens then, to that machine (or, when empty, to a cluster or the world).
struct Wake {
  double at_seconds = 0;
  std::string machine;
  auto operator<=>(const Wake&) const = default;
};

struct LiveWorld {
  World world;
  std::set<EntityKey> touched;
  std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes;
  std::set<std::string> shutting_down;  ///< nodes on their way down: their etcd neither joins nor asks to be promoted

  double now() const { return world.clock.now_seconds; }
};

/// VM names aren't unique, so the ID belongs to the key; the name comes first, so that its VMs lie together.
std::string machine_key(std::string_view name, std::string_view id);
std::string disk_key(std::string_view node, std::string_view path);
/// Where the host would put the disk of a node.
std::string disk_path(const std::string& base, const std::string& cluster, const std::string& node);

// Each gives the part to change and remembers that it was. Pre: it is there; `facts_of` and what belongs to a
// cluster are made when they are not.
SimMachine& change_machine(LiveWorld& live, const std::string& key);
SimDisk& change_disk(LiveWorld& live, const std::string& key);
ClusterFacts& facts_of(LiveWorld& live, const std::string& cluster);
SimNode& change_node(LiveWorld& live, const std::string& cluster, const std::string& node);
SimRelease& change_release(LiveWorld& live, const std::string& cluster, const std::string& release);
SimMember& change_member(LiveWorld& live, const std::string& cluster, const std::string& member_id);
SwitchedHost& change_host(LiveWorld& live);
std::vector<HostsLine>& change_hosts_file(LiveWorld& live);
Disturbances& change_disturbances(LiveWorld& live);
void touch(LiveWorld& live, EntityKind kind, std::string key, std::string cluster = {});

SimMachine& add_machine(LiveWorld& live, SimMachine machine);
SimDisk& add_disk(LiveWorld& live, SimDisk disk);
void remove_machine(LiveWorld& live, const std::string& key);
void remove_disk(LiveWorld& live, const std::string& key);

/// Keys of the machines of this name.
std::vector<std::string> machines_named(const World& world, std::string_view name);
/// The one of this name that carries the mark of `cluster` (any cluster when empty); empty: none.
std::string marked_machine(const World& world, std::string_view cluster, std::string_view name);
std::vector<std::string> disks_of_node(const World& world, std::string_view node);
/// Null when the machine has none.
const SimDisk* disk_in(const World& world, const SimMachine& machine);
/// Null when there is none.
const SimCluster* cluster_named(const World& world, std::string_view name);

/// In [0, 1); the same seed gives the same row of numbers.
double draw(LiveWorld& live);
/// `seconds`, give or take a fifth.
double jittered(LiveWorld& live, double seconds);
std::string draw_hex(LiveWorld& live, int digits);
std::string draw_guid(LiveWorld& live);

void wake_at(LiveWorld& live, double at_seconds, const std::string& machine = {});
/// After reading a file: finds everything that is going to happen.
void rebuild_wakes(LiveWorld& live);

}  // namespace tbx::sim
