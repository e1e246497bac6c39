// The ops of Talos, and of the user's own machine; see op.h.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tbx {

struct GenerateSecrets {
  std::string target;
  bool operator==(const GenerateSecrets&) const = default;
};
struct WriteTalosconfig {
  std::string target;
  bool operator==(const WriteTalosconfig&) const = default;
};
struct ApplyConfig {
  std::string target;
  std::map<std::string, std::string> config;  ///< see TalosNode::config
  bool needs_reboot = false;
  bool operator==(const ApplyConfig&) const = default;
};
struct AwaitTalos {
  std::string target;
  bool operator==(const AwaitTalos&) const = default;
};
struct BootstrapEtcd {
  std::string target;
  bool operator==(const BootstrapEtcd&) const = default;
};
struct AwaitEtcdMember {
  std::string target;
  bool operator==(const AwaitEtcdMember&) const = default;
};
struct WriteKubeconfig {
  std::string target;
  bool operator==(const WriteKubeconfig&) const = default;
};
struct RestartKubelet {
  std::string target;
  bool operator==(const RestartKubelet&) const = default;
};

struct WriteHosts {
  std::string target;
  std::vector<std::string> hosts;  ///< sorted; the address is looked up when the action starts
  bool operator==(const WriteHosts&) const = default;
};
struct AwaitRoute {
  std::string target;
  std::string path;
  bool operator==(const AwaitRoute&) const = default;
};
struct RemoveCredentials {
  std::string target;
  bool operator==(const RemoveCredentials&) const = default;
};

}  // namespace tbx
