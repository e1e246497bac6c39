// etcd's membership and the API that lives on it.
#include <algorithm>

#include <fmt/format.h>

#include "providers/sim/live_world.h"
#include "providers/sim/state.h"

namespace tbx::sim {

const SimMachine* node_machine(const World& world, const std::string& cluster, std::string_view node) {
  std::string key = marked_machine(world, cluster, node);
  return key.empty() ? nullptr : &world.machines.at(key);
}

const SimDisk* node_disk(const World& world, const std::string& cluster, std::string_view node) {
  for (const std::string& key : disks_of_node(world, node)) {
    const SimDisk& disk = world.disks.at(key);
    if (disk.installed.cluster == cluster) {
      return &disk;
    }
  }
  return nullptr;
}

bool is_up(const World& world, const std::string& cluster, std::string_view node) {
  const SimMachine* machine = node_machine(world, cluster, node);
  return machine != nullptr && machine->power == Power::running && machine->guest.stage == GuestStage::up;
}

std::string peer_address(const SimMachine& machine) {
  return machine.mark.node_address.empty() ? machine.guest.address : machine.mark.node_address;
}

bool etcd_runs(const World& world, const std::string& cluster, const std::string& member_id) {
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr || !found->members.contains(member_id)) {
    return false;
  }
  const SimMember& member = found->members.at(member_id);
  const SimMachine* machine = node_machine(world, cluster, member.node);
  if (machine == nullptr || machine->power != Power::running || machine->guest.stage != GuestStage::up ||
      member.starts_at > world.clock.now_seconds) {
    return false;
  }
  const SimDisk* disk = disk_in(world, *machine);
  return disk != nullptr && disk->installed.member_id == member_id;
}

bool member_lives(const World& world, const std::string& cluster, const std::string& member_id) {
  if (!etcd_runs(world, cluster, member_id)) {
    return false;
  }
  const SimMember& member = world.clusters.at(cluster).members.at(member_id);
  return peer_address(*node_machine(world, cluster, member.node)) == member.peer;
}

Voters voters_of(const World& world, const std::string& cluster, int incarnation) {
  Voters voters;
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr) {
    return voters;
  }
  for (const auto& [id, member] : found->members) {
    if (member.incarnation == incarnation && !member.learner) {
      ++voters.all;
      voters.healthy += member_lives(world, cluster, id) ? 1 : 0;
    }
  }
  return voters;
}

bool has_quorum(const World& world, const std::string& cluster, int incarnation) {
  Voters voters = voters_of(world, cluster, incarnation);
  return voters.all > 0 && voters.healthy >= voters.all / 2 + 1;
}

bool has_quorum(const World& world, const std::string& cluster) {
  const SimCluster* found = cluster_named(world, cluster);
  return found != nullptr && found->facts.incarnation > 0 && has_quorum(world, cluster, found->facts.incarnation);
}

std::string leader_of(const World& world, const std::string& cluster) {
  if (!has_quorum(world, cluster)) {
    return {};
  }
  const SimCluster& found = world.clusters.at(cluster);
  auto may_lead = [&](const std::string& id) {
    auto member = found.members.find(id);
    return member != found.members.end() && member->second.incarnation == found.facts.incarnation &&
           !member->second.learner && member_lives(world, cluster, id);
  };
  if (may_lead(found.facts.leader)) {
    return found.facts.leader;
  }
  for (const auto& [id, member] : found.members) {
    if (may_lead(id)) {
      return id;
    }
  }
  return {};
}

std::string member_of_node(const SimCluster& cluster, std::string_view node) {
  for (const auto& [id, member] : cluster.members) {
    if (member.node == node && member.incarnation == cluster.facts.incarnation) {
      return id;
    }
  }
  return {};
}

std::string etcd_sentence(const World& world, const std::string& cluster) {
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr || found->facts.incarnation == 0) {
    return "etcd is preparing (not bootstrapped yet)";
  }
  Voters voters = voters_of(world, cluster, found->facts.incarnation);
  auto learners = static_cast<int>(found->members.size()) - voters.all;
  std::string joining = learners > 0 ? fmt::format(", {} joining as a learner", learners) : "";
  return fmt::format("etcd is preparing ({} of {} member{} healthy{})", voters.healthy, voters.all,
                     voters.all == 1 ? "" : "s", joining);
}

bool api_answers(const World& world, const std::string& cluster) {
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr || !has_quorum(world, cluster)) {
    return false;
  }
  return std::ranges::any_of(found->facts.control_planes, [&](const std::string& node) {
    const SimMachine* machine = node_machine(world, cluster, node);
    return machine != nullptr && is_up(world, cluster, node) && machine->guest.api_at > 0 &&
           machine->guest.api_at <= world.clock.now_seconds;
  });
}

std::string why_no_api(const World& world, const std::string& cluster) {
  const SimCluster* found = cluster_named(world, cluster);
  if (found == nullptr || api_answers(world, cluster)) {
    return {};
  }
  if (has_quorum(world, cluster)) {
    return "the API server is starting";
  }
  for (const std::string& node : found->facts.control_planes) {
    const SimMachine* machine = node_machine(world, cluster, node);
    if (machine == nullptr) {
      return fmt::format("machine {} is absent", node);
    }
    if (machine->power != Power::running) {
      return fmt::format("machine {} is off", node);
    }
    if (machine->guest.stage != GuestStage::up) {
      return fmt::format("{} is booting", node);
    }
  }
  return etcd_sentence(world, cluster);
}

}  // namespace tbx::sim
