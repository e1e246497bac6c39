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
/// How Talos takes a config; `talosctl apply-config --mode`.
enum class ConfigMode {
  at_once,  ///< as it runs; a machine in maintenance mode installs itself first
  reboot,   ///< restarts with it
  staged,   ///< keeps it for the next start, which is planned anyway
};

struct ApplyConfig {
  std::string target;
  std::map<std::string, std::string> config;  ///< see TalosNode::config
  ConfigMode mode = ConfigMode::at_once;
  std::string kubernetes_version = {};  ///< for a node that is new; empty: it runs one already
  std::string talos_version = {};       ///< that a new node installs, with the leading v; empty likewise
  bool operator==(const ApplyConfig&) const = default;
};
struct AwaitTalos {
  std::string target;
  std::string version = {};  ///< with the leading v; empty: whichever it runs
  bool operator==(const AwaitTalos&) const = default;
};
/// Installs another release beside the one that runs and restarts into it. Never across a minor release.
struct UpgradeTalos {
  std::string target;
  std::string from;     ///< with the leading v, like `version`
  std::string version;  ///< the same as `from` where only the schematic changes
  std::string image;    ///< installer image of that release and the spec's schematic
  bool operator==(const UpgradeTalos&) const = default;
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
  std::string node =
      {};  ///< the control plane that it names, by whichever address it has then; empty: any that answers
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
