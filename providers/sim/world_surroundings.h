// What is around the machines of a simulated world: the hosts file, disturbances, locks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace tbx::sim {

/// A line of the hosts file.
struct HostsLine {
  std::string cluster;  ///< whose markers it stands between; empty: somebody else's line
  std::string host;
  std::string address;
  std::string cluster_id = {};
  bool operator==(const HostsLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(HostsLine, (), (cluster, host, address, cluster_id))

/// Without an ID on either side the name decides.
inline bool is_line_of(const HostsLine& line, const std::string& cluster, const std::string& cluster_id) {
  return line.cluster == cluster && (cluster_id.empty() || line.cluster_id.empty() || line.cluster_id == cluster_id);
}

/// A verb that `at` put off.
struct Scheduled {
  double at_seconds = 0;
  std::vector<std::string> words;
  bool operator==(const Scheduled&) const = default;
};
BOOST_DESCRIBE_STRUCT(Scheduled, (), (at_seconds, words))

/// What `tbx world` did to make life hard.
struct Disturbances {
  std::vector<std::string> hidden;   ///< systems, sorted
  std::vector<std::string> failing;  ///< ops whose next run fails, sorted
  std::vector<Scheduled> scheduled;  ///< by time
  bool operator==(const Disturbances&) const = default;
};
BOOST_DESCRIBE_STRUCT(Disturbances, (), (hidden, failing, scheduled))

/// Who changes a cluster just now.
struct LockEntry {
  std::string who;    ///< user@host
  std::string since;  ///< RFC 3339
  std::string from;   ///< "tbx apply, process 4711"
  std::string host;
  std::int64_t process = 0;
  std::string process_started;  ///< tells a new process with an old number
  bool operator==(const LockEntry&) const = default;
};
BOOST_DESCRIBE_STRUCT(LockEntry, (), (who, since, from, host, process, process_started))

}  // namespace tbx::sim
