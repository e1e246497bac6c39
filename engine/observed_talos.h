// What Talos and etcd reported.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/observed_host.h"

namespace tbx {

enum class TalosStage {
  unreachable,
  maintenance,
  installing,
  booting,
  running,
  rebooting,
  shutting_down,
  upgrading,
  resetting
};
BOOST_DESCRIBE_ENUM(TalosStage, unreachable, maintenance, installing, booting, running, rebooting, shutting_down,
                    upgrading, resetting)

/// One machine as Talos describes itself. Absent: the machine is off or not there, so there is no Talos to ask.
struct TalosNode {
  Presence presence = Presence::unknown;
  std::string reason;
  TalosStage stage = TalosStage::unreachable;
  bool ready = false;
  std::vector<std::string> unmet_conditions;
  std::string version;  ///< with the leading v
  std::string schematic;
  std::string boot_id;
  std::string uuid;  ///< SMBIOS, lower case
  std::string hostname;
  std::vector<std::string> addresses;  ///< without prefix lengths, sorted
  Presence etcd_data = Presence::unknown;
  /// How the running machine config differs from what Talos generates by itself: path -> JSON text, secrets masked.
  std::map<std::string, std::string> config;
  bool operator==(const TalosNode&) const = default;
};
BOOST_DESCRIBE_STRUCT(TalosNode, (),
                      (presence, reason, stage, ready, unmet_conditions, version, schematic, boot_id, uuid, hostname,
                       addresses, etcd_data, config))

struct EtcdMember {
  std::string id;    ///< 16 hex digits
  std::string node;  ///< host name; empty for one that was added and never started
  bool healthy = false;
  bool learner = false;
  bool leader = false;
  std::string peer_address = {};  ///< by which the others know it; empty: not told
  bool operator==(const EtcdMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(EtcdMember, (), (id, node, healthy, learner, leader, peer_address))

struct EtcdState {
  Presence presence = Presence::unknown;  ///< absent: known never to have been bootstrapped
  std::string reason;
  bool lists_agree = true;          ///< every member that answered gave the same list
  bool has_leader = false;          ///< false with presence present: a known loss of quorum
  std::vector<EtcdMember> members;  ///< sorted by ID
  std::vector<std::string> alarms;  ///< such as NOSPACE, with the member's ID
  bool operator==(const EtcdState&) const = default;
};
BOOST_DESCRIBE_STRUCT(EtcdState, (), (presence, reason, lists_agree, has_leader, members, alarms))

}  // namespace tbx
