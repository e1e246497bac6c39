// The seam to the outside: one Provider per external system.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/observed.h"
#include "engine/op.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// What a look has to cover: everything, or what one action's second look needs.
struct Scope {
  bool whole = true;
  std::vector<std::string> nodes;  ///< sorted; only when not whole
  std::vector<std::string> releases;
  bool membership = false;   ///< etcd's list, and all control planes
  bool live_objects = true;  ///< whether releases are compared with what lives
  /// A look that is not older serves as well, unless the scope's nodes were changed meanwhile. Every script that
  /// changes the host checks again whose the VM is; what takes something away, or concerns etcd's membership, has 0.
  double max_age_seconds = 0;
};

/// What an action gets besides its op.
struct ApplyContext {
  const ClusterSpec& spec;  ///< with its secrets
  const Observed& found;    ///< the second look: identities, addresses and member IDs are taken from here
  /// Told whenever what is waited for changes: "etcd is preparing (1 of 3 members healthy)".
  std::function<void(const std::string&)> waiting_for;
  /// Looks at the host again: a machine that restarts may come back with another address. Empty: `found` is all there
  /// is.
  std::function<void(Observed& found)> look_at_host = {};
};

/// What apply() gives for an op that was stopped before anything was done about it.
inline tl::unexpected<Error> stopped_before_it_began(const Op& op) {
  return failure(ErrorKind::cancelled, id_of(op) + " was stopped before it began");
}

/// One external system. Calls may come from several threads at once.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual System system() const = 0;
  /// Fills in this system's part of `found`, and leaves as unknown, with its reason, what it could not learn.
  /// What depends on another system's facts (an address found by MAC) is read from `found`: hyperv looks first,
  /// then talos, kubernetes, helm, access.
  virtual void observe(const ClusterSpec& wanted, const Scope& scope, Observed& found) = 0;
  /// Brings about what `op` names. Already so is a success; asking twice changes nothing more.
  virtual Status apply(const Op& op, const ApplyContext& context, std::stop_token stop) = 0;
};

/// One lock per cluster, kept where its disks lie.
class ClusterLock {
 public:
  virtual ~ClusterLock() = default;
  /// busy, with the holder in the message, when somebody else holds it. A stale one is taken over.
  virtual Status acquire(const std::string& cluster) = 0;
  virtual Status release(const std::string& cluster) = 0;
};

}  // namespace tbx
