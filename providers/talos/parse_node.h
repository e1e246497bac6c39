// What single Talos resources say of a machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/observed_talos.h"
#include "providers/talos/parse_resources.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct MachineStatus {
  TalosStage stage = TalosStage::unreachable;
  /// Only where the stage is running or booting does Talos check anything: elsewhere it always says true.
  bool ready = false;
  std::vector<std::string> unmet_conditions;  ///< "nodeReady: node \"cp-1\" is not ready"
  bool operator==(const MachineStatus&) const = default;
};

/// A network device. Physical: a card of the machine, whose MAC tells which machine this is.
struct TalosLink {
  std::string name;
  std::string mac;  ///< lower case; empty for the loopback
  bool is_physical = false;
  bool is_up = false;
  bool operator==(const TalosLink&) const = default;
};

struct TalosService {
  std::string name;
  bool running = false;
  bool healthy = false;  ///< false too while Talos does not know yet
  bool operator==(const TalosService&) const = default;
};

/// A machine that discovery knows; one that is long gone may still be among them.
struct DiscoveredMember {
  std::string hostname;
  std::string node_id;
  Role role = Role::worker;
  std::string version;                 ///< with the leading v
  std::vector<std::string> addresses;  ///< sorted
  bool operator==(const DiscoveredMember&) const = default;
};

struct TalosVersion {
  std::string node;  ///< as it was named in -n
  std::string version;
  std::string arch;
  bool operator==(const TalosVersion&) const = default;
};

Result<MachineStatus> parse_machine_status(const TalosResource& resource);
Result<std::string> parse_hostname(const TalosResource& resource);
/// With the leading v. The one way to learn it in maintenance mode up to Talos 1.12.
Result<std::string> parse_version_resource(const TalosResource& resource);
/// Lower case: equals Hyper-V's BIOS GUID.
Result<std::string> parse_system_uuid(const TalosResource& resource);
Result<Role> parse_machine_type(const TalosResource& resource);

/// Sorted, without prefix lengths. `kind`: current, routed, default, accumulative.
Result<std::vector<std::string>> parse_node_addresses(const std::vector<TalosResource>& resources,
                                                      std::string_view kind);
std::vector<TalosLink> parse_links(const std::vector<TalosResource>& resources);
std::vector<TalosService> parse_services(const std::vector<TalosResource>& resources);
Result<std::vector<DiscoveredMember>> parse_members(const std::vector<TalosResource>& resources);

/// `version --json`: one JSON object a node, and nothing of the client.
Result<std::vector<TalosVersion>> parse_versions(std::string_view output);
/// `version --client --short`, with the leading v.
Result<std::string> parse_client_version(std::string_view output);

/// `read /proc/sys/kernel/random/boot_id`. An empty answer is what a cut-off call leaves, although it exits with 0.
Result<std::string> parse_boot_id(std::string_view output);

}  // namespace tbx
