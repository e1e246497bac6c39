// The arithmetic of etcd's membership. A learner is never counted.
#pragma once

#include <string>
#include <string_view>

#include "engine/observed_talos.h"

namespace tbx {

struct VoterCount {
  int voters = 0;
  int healthy = 0;
  int learners = 0;
  bool operator==(const VoterCount&) const = default;
};

VoterCount count_voters(const EtcdState& etcd);

/// Whether the list is that of all members: without a leader a member tells of itself alone. Source: Talos asks for the
/// list with clientv3.WithRequireLeader (v1alpha1_server.go, EtcdMemberList).
bool tells_of_all_members(const EtcdState& etcd);

/// More than half: 2 of 3, 3 of 5.
int quorum_of(int voter_count);

/// How many may fail before etcd stops: 3 members tolerate 1.
int tolerated_failures(int voter_count);

/// "3 -> 2 members, tolerates 0 failures"
std::string arithmetic(int voters_before, int voters_after);

/// Whether the arithmetic allows it, and its numbers either way, as half a sentence.
struct QuorumAnswer {
  bool allows = false;
  std::string why;
  bool operator==(const QuorumAnswer&) const = default;
};

/// Whether a member may be added: every member healthy, one list on all, no learner.
QuorumAnswer may_add(const EtcdState& etcd);

/// Whether `member_id` (or the member of that node) may be removed. A healthy one needs a healthy majority of those
/// that stay, a dead one a healthy majority now. Source: etcd's strict reconfiguration check, and Omni's CanScaleDown.
QuorumAnswer may_remove(const EtcdState& etcd, std::string_view member_id);

/// Whether the member on `node` may go down for a while: etcd keeps its quorum, or has a single member, where a pause
/// is all that happens.
QuorumAnswer may_pause(const EtcdState& etcd, std::string_view node);

}  // namespace tbx
