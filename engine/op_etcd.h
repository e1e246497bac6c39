// The ops of etcd's membership; see op.h. Their order around a node that goes is that of design, section 6.
#pragma once

#include <string>

namespace tbx {

/// Saves etcd's data to a file of _out/<cluster>/snapshots, before something that can't be taken back.
struct SnapshotEtcd {
  std::string target;  ///< the node that goes, or the cluster that is upgraded
  bool operator==(const SnapshotEtcd&) const = default;
};
/// Another member leads from now on. One that does not lead has nothing to hand over.
struct HandOverLeadership {
  std::string target;
  bool operator==(const HandOverLeadership&) const = default;
};
/// The node itself leaves etcd and deletes its data. Done when every member that stays has it off its list.
struct LeaveEtcd {
  std::string target;
  std::string member_id;
  bool operator==(const LeaveEtcd&) const = default;
};
/// Taken off the list by another member that is healthy, since the node can't leave by itself.
struct RemoveEtcdMember {
  std::string target;  ///< its node; the member ID where it never told its name
  std::string member_id;
  bool operator==(const RemoveEtcdMember&) const = default;
};

}  // namespace tbx
