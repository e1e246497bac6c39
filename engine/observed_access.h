// What lies on the user's own machine: hosts file, probes, credentials.
#pragma once

#include <string>
#include <vector>

#include "engine/observed_host.h"

namespace tbx {

struct HostsEntry {
  std::string host;
  std::string address;
  bool operator==(const HostsEntry&) const = default;
};
BOOST_DESCRIBE_STRUCT(HostsEntry, (), (host, address))

struct ProbeState {
  std::string host;
  bool answers = false;
  std::string detail;  ///< "HTTP 200", "connection refused"
  bool operator==(const ProbeState&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProbeState, (), (host, answers, detail))

/// The user's own machine: hosts file, probes, and what lies in _out/<cluster>.
struct AccessState {
  Presence presence = Presence::unknown;
  std::string reason;
  std::vector<HostsEntry> hosts;  ///< between our markers, sorted by host
  std::string hosts_cluster_id;   ///< in those markers; they are found by the cluster's name alone without secrets
  std::vector<HostsEntry> foreign_hosts;  ///< lines of others that name one of our hosts
  std::vector<ProbeState> probes;         ///< sorted by host
  bool operator==(const AccessState&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccessState, (), (presence, reason, hosts, hosts_cluster_id, foreign_hosts, probes))

struct CredentialState {
  Presence secrets = Presence::unknown;
  std::string cluster_id;  ///< hash of the secrets' cluster.id; empty without secrets
  Presence talosconfig = Presence::unknown;
  std::vector<std::string> talosconfig_endpoints;  ///< sorted
  Presence kubeconfig = Presence::unknown;
  std::string kubeconfig_server;          ///< https://address:6443
  bool talosconfig_expires_soon = false;  ///< its certificate is near its end, or past it
  bool kubeconfig_expires_soon = false;   ///< likewise
  bool operator==(const CredentialState&) const = default;
};
BOOST_DESCRIBE_STRUCT(CredentialState, (),
                      (secrets, cluster_id, talosconfig, talosconfig_endpoints, kubeconfig, kubeconfig_server,
                       talosconfig_expires_soon, kubeconfig_expires_soon))

}  // namespace tbx
