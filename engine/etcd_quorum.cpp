#include "engine/etcd_quorum.h"

#include <algorithm>
#include <optional>

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

const char* is_or_are(int count) { return count == 1 ? "is" : "are"; }

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

bool tells_of_all_members(const EtcdState& etcd) { return etcd.presence == Presence::present && etcd.has_leader; }

int quorum_of(int voter_count) { return voter_count / 2 + 1; }

int tolerated_failures(int voter_count) { return voter_count == 0 ? 0 : voter_count - quorum_of(voter_count); }

std::string arithmetic(int voters_before, int voters_after) {
  int failures = tolerated_failures(voters_after);
  return fmt::format("{} -> {} member{}, tolerates {} failure{}", voters_before, voters_after,
                     voters_after == 1 ? "" : "s", failures, failures == 1 ? "" : "s");
}

QuorumAnswer may_add(const EtcdState& etcd) {
  if (auto why = why_unreadable(etcd)) {
    return {false, *why};
  }
  VoterCount count = count_voters(etcd);
  if (count.learners > 0) {
    return {false, "a learner has not been promoted yet"};
  }
  if (count.healthy < count.voters) {
    return {false, fmt::format("{} of {} members are healthy, and adding one needs all; not healthy: {}", count.healthy,
                               count.voters, unhealthy_names(etcd))};
  }
  return {true, fmt::format("{}: {} of {} are healthy, and adding one needs all; no learner, one list on all",
                            arithmetic(count.voters, count.voters + 1), count.healthy, count.voters)};
}

QuorumAnswer may_remove(const EtcdState& etcd, std::string_view member_id) {
  if (auto why = why_unreadable(etcd)) {
    return {false, *why};
  }
  const EtcdMember* member = member_by(etcd, member_id);
  if (member == nullptr) {
    return {true, "it is not on the member list any more"};
  }
  if (member->learner) {
    return {true, "it is a learner, and a learner is never counted"};
  }
  VoterCount count = count_voters(etcd);
  if (count.healthy < quorum_of(count.voters)) {
    return {false, fmt::format("{} of {} members are healthy, {} are needed", count.healthy, count.voters,
                               quorum_of(count.voters))};
  }
  int stay = count.voters - 1;
  int healthy_after = count.healthy - (member->healthy ? 1 : 0);
  bool allows = stay > 0 && healthy_after >= quorum_of(stay);
  return {allows, fmt::format("{}: {}{} of the {} that stay {} healthy, {} {} needed", arithmetic(count.voters, stay),
                              allows ? "" : "only ", healthy_after, stay, is_or_are(healthy_after), quorum_of(stay),
                              is_or_are(quorum_of(stay)))};
}

QuorumAnswer may_pause(const EtcdState& etcd, std::string_view node) {
  if (etcd.presence != Presence::present) {
    return {false, "etcd's member list can't be read"};
  }
  // A machine that was made anew may have its old member beside the one that votes.
  bool votes = std::ranges::any_of(
      etcd.members, [&](const EtcdMember& member) { return member.node == node && member.healthy && !member.learner; });
  VoterCount count = count_voters(etcd);
  if (!votes) {
    return {true, fmt::format("{} is no healthy voting member: etcd does not count on it", node)};
  }
  if (count.voters == 1) {
    return {true, fmt::format("{} is the only member: etcd pauses with it, and loses nothing", node)};
  }
  bool allows = count.healthy - 1 >= quorum_of(count.voters);
  std::string advice;
  if (!allows) {
    advice = count.healthy < count.voters
                 ? "; not healthy: " + unhealthy_names(etcd)
                 : ": of two members none can be spared, so scale to 1 or 3 control planes first";
  }
  return {allows, fmt::format("without {} {}{} of {} members would be healthy, {} are needed{}", node,
                              allows ? "" : "only ", count.healthy - 1, count.voters, quorum_of(count.voters), advice)};
}

}  // namespace tbx
