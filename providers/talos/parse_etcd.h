// etcd as talosctl prints it: tables only, there is no JSON of any of this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/observed_host.h"
#include "providers/command_output.h"

namespace tbx {

/// One member, as the etcd on `node` lists it.
struct EtcdMemberRow {
  std::string node;  ///< as it was named in -n
  std::string id;
  std::string hostname;  ///< empty for one that was added and never started
  std::vector<std::string> peer_urls;
  bool learner = false;
  bool operator==(const EtcdMemberRow&) const = default;
};

/// A member's own status, which it tells without a quorum too.
struct EtcdStatusRow {
  std::string node;
  std::string id;
  std::string leader;  ///< empty: it knows none
  bool learner = false;
  std::string errors;
  bool operator==(const EtcdStatusRow&) const = default;
};

struct EtcdAlarmRow {
  std::string node;
  std::string id;
  std::string alarm;  ///< NOSPACE, CORRUPT
  bool operator==(const EtcdAlarmRow&) const = default;
};

Result<std::vector<EtcdMemberRow>> parse_etcd_members(std::string_view output);
Result<std::vector<EtcdStatusRow>> parse_etcd_status(std::string_view output);
/// No output at all means no alarm.
Result<std::vector<EtcdAlarmRow>> parse_etcd_alarms(std::string_view output);

/// `ls /var/lib/etcd/member` on one node: whether that node has etcd's data. A call that was cut off prints the header
/// and exits with 0, so only a row below it is a yes, and only Talos' own words are a no.
Presence parse_etcd_data(const CommandOutput& output);

}  // namespace tbx
