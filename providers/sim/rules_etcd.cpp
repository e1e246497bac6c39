// What etcd does by itself: members that come, are promoted, and move to new addresses; and the API that follows.
#include <algorithm>

#include "engine/assertion.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

bool runs_with_data(const World& world, const std::string& cluster, const SimMember& member, const std::string& id) {
  const SimMachine* machine = node_machine(world, cluster, member.node);
  const SimDisk* disk = machine == nullptr ? nullptr : disk_in(world, *machine);
  return disk != nullptr && is_up(world, cluster, member.node) && disk->installed.member_id == id;
}

/// A member with a new address tells the others, which takes a quorum of those that are still reached.
void update_peers(LiveWorld& live, const std::string& cluster) {
  const World& world = live.world;
  for (const auto& [id, member] : world.clusters.at(cluster).members) {
    const SimMachine* machine = node_machine(world, cluster, member.node);
    if (machine == nullptr || !runs_with_data(world, cluster, member, id) || peer_address(*machine) == member.peer) {
      continue;
    }
    bool is_alone = voters_of(world, cluster, member.incarnation).all <= 1;
    if (is_alone || has_quorum(world, cluster, member.incarnation)) {
      change_member(live, cluster, id).peer = peer_address(*machine);
    }
  }
}

void promote_learners(LiveWorld& live, const std::string& cluster) {
  for (const auto& [id, member] : live.world.clusters.at(cluster).members) {
    bool due = member.learner && member.promote_at <= live.now() && !live.shutting_down.contains(member.node);
    if (due && member_lives(live.world, cluster, id) && has_quorum(live.world, cluster, member.incarnation)) {
      change_member(live, cluster, id).learner = false;
      change_member(live, cluster, id).promote_at = 0;
    }
  }
}

bool takes_members(const World& world, const std::string& cluster) {
  const SimCluster& found = world.clusters.at(cluster);
  int incarnation = found.facts.incarnation;
  Voters voters = voters_of(world, cluster, incarnation);
  bool learns = std::ranges::any_of(found.members, [&](const auto& member) {
    return member.second.incarnation == incarnation && member.second.learner;
  });
  return incarnation > 0 && voters.all > 0 && voters.healthy == voters.all && !learns;
}

void add_member(LiveWorld& live, const std::string& cluster, const std::string& machine, int incarnation,
                bool learner) {
  std::string disk = live.world.machines.at(machine).disk;
  std::string id = draw_hex(live, 16);
  SimMember& member = change_member(live, cluster, id);
  member.node = live.world.machines.at(machine).name;
  member.incarnation = incarnation;
  member.learner = learner;
  member.starts_at = live.now() + jittered(live, etcd_starts_after);
  wake_at(live, member.starts_at, machine);
  member.peer = peer_address(live.world.machines.at(machine));
  if (learner) {
    member.promote_at = live.now() + jittered(live, promotion_after);
    wake_at(live, member.promote_at, machine);
  }
  Installed& installed = change_disk(live, disk).installed;
  installed.etcd_incarnation = incarnation;
  installed.member_id = id;
}

/// A machine made anew under an old name takes its stale member away before it joins.
void remove_member_of(LiveWorld& live, const std::string& cluster, const std::string& node) {
  std::string stale = member_of_node(live.world.clusters.at(cluster), node);
  if (!stale.empty()) {
    touch(live, EntityKind::member, stale, cluster);
    live.world.clusters.at(cluster).members.erase(stale);
  }
}

bool wants_to_join(const LiveWorld& live, const SimMachine& machine) {
  const SimDisk* disk = disk_in(live.world, machine);
  return disk != nullptr && disk->installed.control_plane && disk->installed.etcd_incarnation == 0 &&
         machine.guest.stage == GuestStage::up && machine.guest.join_at > 0 && machine.guest.join_at <= live.now() &&
         !live.shutting_down.contains(machine.name);
}

/// One at a time, in the order of their names.
void join_next(LiveWorld& live, const std::string& cluster) {
  std::vector<std::string> nodes = live.world.clusters.at(cluster).facts.control_planes;
  for (const std::string& node : nodes) {
    std::string machine = marked_machine(live.world, cluster, node);
    if (machine.empty() || !wants_to_join(live, live.world.machines.at(machine))) {
      continue;
    }
    const SimCluster& found = live.world.clusters.at(cluster);
    std::string stale = member_of_node(found, node);
    if (!stale.empty() && has_quorum(live.world, cluster)) {
      remove_member_of(live, cluster, node);
    }
    if (takes_members(live.world, cluster)) {
      add_member(live, cluster, machine, found.facts.incarnation, true);
      return;
    }
  }
}

void start_api_servers(LiveWorld& live, const std::string& cluster) {
  const SimCluster& found = live.world.clusters.at(cluster);
  for (const std::string& node : found.facts.control_planes) {
    std::string machine = marked_machine(live.world, cluster, node);
    std::string member = member_of_node(found, node);
    if (machine.empty() || member.empty() || found.members.at(member).learner) {
      continue;
    }
    if (live.world.machines.at(machine).guest.api_at == 0 && member_lives(live.world, cluster, member) &&
        has_quorum(live.world, cluster)) {
      SimMachine& changed = change_machine(live, machine);
      changed.guest.api_at = live.now() + jittered(live, api_after);
      wake_at(live, changed.guest.api_at, machine);
    }
  }
}

bool has_data_somewhere(const World& world, const std::string& cluster, int incarnation) {
  return std::ranges::any_of(world.disks, [&](const auto& disk) {
    return disk.second.installed.cluster == cluster && disk.second.installed.etcd_incarnation == incarnation;
  });
}

/// What was kept in etcd is gone with it.
void empty_cluster(LiveWorld& live, const std::string& cluster) {
  ClusterFacts facts = live.world.clusters.at(cluster).facts;
  forget_cluster(live, cluster);
  ClusterFacts& fresh = facts_of(live, cluster);
  fresh.id = facts.id;
  fresh.bootstraps = facts.bootstraps;
  fresh.control_planes = facts.control_planes;
  fresh.flannel = facts.flannel;
  fresh.kubernetes_version = facts.kubernetes_version;
}

/// Those that each API server makes by itself.
void add_first_namespaces(LiveWorld& live, const std::string& cluster) {
  for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system"}) {
    touch(live, EntityKind::kube_namespace, name, cluster);
    live.world.clusters.at(cluster).namespaces[name] = {};
  }
}

}  // namespace

void begin_etcd(LiveWorld& live, const std::string& machine) {
  const Installed& installed = live.world.disks.at(live.world.machines.at(machine).disk).installed;
  std::string cluster = installed.cluster;
  TBX_ASSERT(installed.etcd_incarnation == 0, "etcd begins on a disk without data");
  int serving = facts_of(live, cluster).incarnation;
  bool replaces = serving == 0 || !has_data_somewhere(live.world, cluster, serving);
  if (replaces) {
    empty_cluster(live, cluster);
    add_first_namespaces(live, cluster);
  }
  ClusterFacts& facts = facts_of(live, cluster);
  ++facts.bootstraps;
  facts.incarnation = replaces ? facts.bootstraps : facts.incarnation;
  facts.flannel = !installed.config.contains("cluster.network.cni.name") ||
                  installed.config.at("cluster.network.cni.name") != "\"none\"";
  facts.kubernetes_version = installed.kubernetes_version;
  add_member(live, cluster, machine, facts.bootstraps, false);
  settle_cluster(live, cluster);
}

void forget_cluster(LiveWorld& live, const std::string& cluster) {
  auto place = live.world.clusters.find(cluster);
  if (place == live.world.clusters.end()) {
    return;
  }
  auto gone = [&](EntityKind kind, const auto& parts) {
    for (const auto& [key, part] : parts) {
      touch(live, kind, key, cluster);
    }
  };
  gone(EntityKind::member, place->second.members);
  gone(EntityKind::node, place->second.nodes);
  gone(EntityKind::kube_namespace, place->second.namespaces);
  gone(EntityKind::route, place->second.routes);
  gone(EntityKind::release, place->second.releases);
  touch(live, EntityKind::cluster, "", cluster);
  place->second = {};
}

void settle_etcd(LiveWorld& live, const std::string& cluster) {
  update_peers(live, cluster);
  promote_learners(live, cluster);
  join_next(live, cluster);
  start_api_servers(live, cluster);
}

}  // namespace tbx::sim
