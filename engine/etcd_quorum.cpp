#include "engine/etcd_quorum.h"

#include <algorithm>

#include <fmt/format.h>

namespace tbx {

namespace {

std::string unhealthy_names(const EtcdState& etcd) {
  std::string names;
  for (const EtcdMember& member : etcd.members) {
    if (!member.healthy && !member.learner) {
      names += (names.empty() ? "" : ", ") + (member.node.empty() ? "member " + member.id : member.node);
    }
  }
  return names;
}

/// What makes every change of the membership unsafe, whichever it is.
std::optional<std::string> why_unreadable(const EtcdState& etcd) {
  if (etcd.presence != Presence::present) {
    return "etcd's member list can't be read";
  }
  if (!etcd.has_leader) {
    return fmt::format("etcd has no leader: it has lost its quorum; not healthy: {}", unhealthy_names(etcd));
  }
  if (!etcd.lists_agree) {
    return "etcd's members do not agree on the member list";
  }
  return std::nullopt;
}

const EtcdMember* member_by(const EtcdState& etcd, std::string_view key) {
  auto place = std::ranges::find_if(
      etcd.members, [&](const EtcdMember& member) { return member.id == key || (!key.empty() && member.node == key); });
  return place == etcd.members.end() ? nullptr : &*place;
}

}  // namespace

VoterCount count_voters(const EtcdState& etcd) {
  VoterCount count;
  for (const EtcdMember& member : etcd.members) {
    if (member.learner) {
      ++count.learners;
    } else {
      ++count.voters;
      count.healthy += member.healthy ? 1 : 0;
    }
  }
  return count;
}

int quorum_of(int voter_count) { return voter_count / 2 + 1; }

int tolerated_failures(int voter_count) { return voter_count == 0 ? 0 : voter_count - quorum_of(voter_count); }

std::string arithmetic(int voters_before, int voters_after) {
  int failures = tolerated_failures(voters_after);
  return fmt::format("{} -> {} member{}, tolerates {} failure{}", voters_before, voters_after,
                     voters_after == 1 ? "" : "s", failures, failures == 1 ? "" : "s");
}

std::optional<std::string> why_not_add(const EtcdState& etcd) {
  if (auto why = why_unreadable(etcd)) {
    return why;
  }
  VoterCount count = count_voters(etcd);
  if (count.learners > 0) {
    return "a learner has not been promoted yet";
  }
  if (count.healthy < count.voters) {
    return fmt::format("{} of {} members are healthy, and adding one needs all; not healthy: {}", count.healthy,
                       count.voters, unhealthy_names(etcd));
  }
  return std::nullopt;
}

std::optional<std::string> why_not_remove(const EtcdState& etcd, std::string_view member_id) {
  if (auto why = why_unreadable(etcd)) {
    return why;
  }
  const EtcdMember* member = member_by(etcd, member_id);
  if (member == nullptr || member->learner) {
    return std::nullopt;
  }
  VoterCount count = count_voters(etcd);
  if (count.healthy < quorum_of(count.voters)) {
    return fmt::format("{} of {} members are healthy, {} are needed", count.healthy, count.voters,
                       quorum_of(count.voters));
  }
  int stay = count.voters - 1;
  int healthy_after = count.healthy - (member->healthy ? 1 : 0);
  if (stay == 0 || healthy_after < quorum_of(stay)) {
    return fmt::format("{}: only {} of the {} that stay are healthy, {} are needed", arithmetic(count.voters, stay),
                       healthy_after, stay, quorum_of(stay));
  }
  return std::nullopt;
}

std::optional<std::string> why_not_pause(const EtcdState& etcd, std::string_view node) {
  if (etcd.presence != Presence::present) {
    return "etcd's member list can't be read";
  }
  const EtcdMember* member = member_by(etcd, node);
  VoterCount count = count_voters(etcd);
  if (member == nullptr || member->learner || !member->healthy || count.voters == 1) {
    return std::nullopt;
  }
  if (count.healthy - 1 < quorum_of(count.voters)) {
    const char* advice =
        count.voters == 2 ? ": of two members none can be spared, so scale to 1 or 3 control planes first" : "";
    return fmt::format("without {} only {} of {} members would be healthy, {} are needed{}", node, count.healthy - 1,
                       count.voters, quorum_of(count.voters), advice);
  }
  return std::nullopt;
}

}  // namespace tbx
