// What is there, all systems together; one snapshot is one value of it.
#pragma once

#include <map>
#include <string>

#include "engine/observed_access.h"
#include "engine/observed_host.h"
#include "engine/observed_kubernetes.h"
#include "engine/observed_talos.h"

namespace tbx {

struct Observed {
  HostState host;
  std::map<std::string, TalosNode> talos;       ///< by node name
  Presence talos_presence = Presence::unknown;  ///< unknown: talosctl itself could not be asked
  std::string talos_reason;
  EtcdState etcd;
  KubernetesState kubernetes;
  HelmState helm;
  AccessState access;
  CredentialState credentials;
  bool operator==(const Observed&) const = default;
};
BOOST_DESCRIBE_STRUCT(Observed, (),
                      (host, talos, talos_presence, talos_reason, etcd, kubernetes, helm, access, credentials))

}  // namespace tbx
