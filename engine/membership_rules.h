// When a member of etcd may come, go, or be away for a while; design, section 6, rules 1 to 4. Asked by policy.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/observed.h"
#include "engine/op_etcd.h"
#include "engine/policy.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// What the rules are asked about: the cluster, and its members as they are or as they will be when the step starts.
struct Membership {
  const ClusterSpec& wanted;
  const Observed& found;
  const EtcdState& etcd;
  PassedRules passed = nullptr;
};

/// last-control-plane, protected, identity, one-disruption (it leads), etcd-quorum.
std::optional<Refusal> why_not_leave(const Membership& asked, const LeaveEtcd& op);

/// Only a member whose machine is known to be gone, off, or sick is taken away without its doing.
std::optional<Refusal> why_not_remove_member(const Membership& asked, const RemoveEtcdMember& op);

/// etcd-quorum, etcd-alarm: whether a new control plane may be given its config, with which it joins.
std::optional<Refusal> why_not_join(const Membership& asked, std::string_view node);

/// Whether etcd goes on while this node restarts, and another member leads by then.
std::optional<Refusal> why_not_restart(const Membership& asked, std::string_view node);

/// A control plane's machine only goes when etcd no longer counts on it, and the last one never; but for one whose disk
/// is gone, which is made anew.
std::optional<Refusal> why_not_delete_control_plane(const Membership& asked, std::string_view node, bool has_disk);

/// A control plane's data is only given up while the other members have quorum.
std::optional<Refusal> why_not_give_up_data(const Membership& asked, const Disk& disk);

/// What is known of a lost quorum, with its arithmetic and the way out.
std::string lost_quorum_text(const Membership& asked);

/// With network.nodeSubnet none: why the members no longer find one another, and the way out.
std::string moved_addresses_text(const Membership& asked);

/// "the alarm NOSPACE on member 1f2e…"; empty: none is raised.
std::string alarms_text(const EtcdState& etcd);

}  // namespace tbx
