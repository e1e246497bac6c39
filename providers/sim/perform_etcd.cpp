// Changes of etcd's membership, by etcd's own rules: a quorum for each, none that would lose it.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/perform.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"

namespace tbx::sim {

namespace {

/// A member that lives, other than that of `node`; empty: none.
std::string another_member(const World& world, const std::string& cluster, std::string_view node) {
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr) {
    return {};
  }
  for (const auto& [id, member] : found->members) {
    bool serves = member.incarnation == found->facts.incarnation && !member.learner;
    if (serves && member.node != node && member_lives(world, cluster, id)) {
      return id;
    }
  }
  return {};
}

tl::unexpected<Error> no_quorum(const World& world, const std::string& cluster) {
  return failure(ErrorKind::unreachable, "etcd has no quorum: " + etcd_sentence(world, cluster),
                 "rpc error: code = DeadlineExceeded desc = etcdserver: request timed out");
}

/// etcd's strict reconfiguration check: a majority of those that stay must be there.
bool stays_healthy_without(const World& world, const std::string& cluster, const std::string& member_id) {
  const SimMember& member = world.clusters.at(cluster).members.at(member_id);
  Voters voters = voters_of(world, cluster, member.incarnation);
  int stay = voters.all - (member.learner ? 0 : 1);
  int healthy = voters.healthy - (!member.learner && member_lives(world, cluster, member_id) ? 1 : 0);
  return stay > 0 && healthy >= stay / 2 + 1;
}

Status remove_member(LiveWorld& live, const std::string& cluster, const std::string& member_id) {
  auto& members = live.world.clusters.at(cluster).members;
  if (!members.contains(member_id)) {
    return {};
  }
  if (!has_quorum(live.world, cluster)) {
    return no_quorum(live.world, cluster);
  }
  if (!stays_healthy_without(live.world, cluster, member_id)) {
    return failure(ErrorKind::busy, fmt::format("etcd does not let member {} go", member_id),
                   "rpc error: code = Unavailable desc = etcdserver: unhealthy cluster");
  }
  touch(live, EntityKind::member, member_id, cluster);
  members.erase(member_id);
  return {};
}

}  // namespace

/// A member answers for its own data, with a quorum or without.
Status effect(LiveWorld& live, const SnapshotEtcd& op, const Setting& setting) {
  std::string member = another_member(live.world, setting.spec.name, "");
  if (member.empty()) {
    return failure(ErrorKind::unreachable, "no member of etcd answers that could be saved");
  }
  return setting.credentials.save_snapshot(
      op.target, fmt::format("etcd of the simulated cluster {} at {:.0f} s, from member {}\n", setting.spec.name,
                             live.now(), member));
}

Status effect(LiveWorld& live, const HandOverLeadership& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  const SimCluster* found = cluster_named(live.world, cluster);
  if (found == nullptr || !has_quorum(live.world, cluster)) {
    return no_quorum(live.world, cluster);
  }
  std::string member = member_of_node(*found, op.target);
  if (member.empty() || leader_of(live.world, cluster) != member) {
    return {};
  }
  std::string next = another_member(live.world, cluster, op.target);
  if (!next.empty()) {
    facts_of(live, cluster).leader = next;
  }
  return {};
}

Status effect(LiveWorld& live, const LeaveEtcd& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return tl::unexpected(key.error());
  }
  if (cluster_named(live.world, cluster) == nullptr) {
    return {};
  }
  if (live.world.clusters.at(cluster).members.contains(op.member_id)) {
    if (Status removed = remove_member(live, cluster, op.member_id); !removed) {
      return removed;
    }
  }
  const std::string& disk = live.world.machines.at(*key).disk;
  if (live.world.disks.contains(disk) && live.world.disks.at(disk).installed.member_id == op.member_id) {
    Installed& installed = change_disk(live, disk).installed;
    installed.etcd_incarnation = 0;
    installed.member_id.clear();
    change_machine(live, *key).guest.join_at = 0;  // its etcd is stopped until the next start
  }
  settle_cluster(live, cluster);
  return {};
}

Status effect(LiveWorld& live, const RemoveEtcdMember& op, const Setting& setting) {
  const std::string& cluster = setting.spec.name;
  if (cluster_named(live.world, cluster) == nullptr || another_member(live.world, cluster, op.target).empty()) {
    return no_quorum(live.world, cluster);
  }
  if (Status removed = remove_member(live, cluster, op.member_id); !removed) {
    return removed;
  }
  settle_cluster(live, cluster);
  return {};
}

}  // namespace tbx::sim
