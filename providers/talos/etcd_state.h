// What all control planes said of etcd, as one state.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/observed_talos.h"
#include "providers/talos/parse_etcd.h"

namespace tbx {

/// The rows of every control plane that answered.
struct EtcdAnswers {
  std::vector<EtcdMemberRow> members;
  std::vector<EtcdStatusRow> statuses;
  std::vector<EtcdAlarmRow> alarms;
  std::map<std::string, std::string> node_names;  ///< host name by what -n named; for members whose list can't be read
  std::map<std::string, Presence> data;           ///< by host name: whether each control plane has etcd's data
  std::string reason;                             ///< why there are no rows; empty when nobody was asked
};

/// Present with any member's own status; absent when every control plane is known to have no data; else unknown.
/// A member is healthy when its own status came, without errors, and knows a leader.
EtcdState make_etcd_state(const EtcdAnswers& answers);

}  // namespace tbx
