// The arithmetic of etcd's membership. A learner is never counted.
#pragma once

#include <optional>
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

/// More than half: 2 of 3, 3 of 5.
int quorum_of(int voter_count);

/// How many may fail before etcd stops: 3 members tolerate 1.
int tolerated_failures(int voter_count);

/// "3 -> 2 members, tolerates 0 failures"
std::string arithmetic(int voters_before, int voters_after);

/// Why no member may be added; empty when one may. Every member healthy, one list on all, no learner.
std::optional<std::string> why_not_add(const EtcdState& etcd);

/// Why `member_id` may not be removed; empty when it may. A healthy one needs a healthy majority of those that stay,
/// a dead one a healthy majority now. Source: etcd's strict reconfiguration check, and Omni's CanScaleDown.
std::optional<std::string> why_not_remove(const EtcdState& etcd, std::string_view member_id);

/// Why the member on `node` may not go down for a while; empty when etcd keeps its quorum, or has a single member,
/// where a pause is all that happens.
std::optional<std::string> why_not_pause(const EtcdState& etcd, std::string_view node);

}  // namespace tbx
