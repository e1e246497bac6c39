// Talos and etcd: maintenance mode takes a first config and installs, a second bootstrap makes a second cluster.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/machine_config.h"
#include "providers/sim/perform.h"
#include "providers/sim/rules.h"
#include "providers/sim/state.h"
#include "specs/versions.h"

namespace tbx::sim {

namespace {

bool answers(const SimMachine& machine) {
  return machine.power == Power::running && !machine.guest.address.empty() &&
         (machine.guest.stage == GuestStage::maintenance || machine.guest.stage == GuestStage::booting ||
          machine.guest.stage == GuestStage::up);
}

}  // namespace

Result<std::string> reached(const World& world, const std::string& node, const Setting& setting) {
  std::string key = our_machine_key(world, node, setting);
  if (key.empty()) {
    return failure(ErrorKind::rejected, fmt::format("there is no machine {}", node));
  }
  const SimMachine& machine = world.machines.at(key);
  if (!answers(machine)) {
    return failure(ErrorKind::unreachable, fmt::format("Talos on {} does not answer", node),
                   fmt::format("rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while "
                               "dialing: dial tcp {}:50000: connect: connection refused\"",
                               machine.guest.address.empty() ? "(no address)" : machine.guest.address));
  }
  return key;
}

namespace {

bool is_control_plane(const Setting& setting, const std::string& node) {
  auto place = std::ranges::find(setting.spec.nodes, node, &NodeSpec::name);
  return place != setting.spec.nodes.end() ? place->role == Role::control_plane
                                           : node.starts_with(setting.spec.name + "-cp-");
}

void remember_role(LiveWorld& live, const std::string& node, const Setting& setting) {
  ClusterFacts& facts = facts_of(live, setting.spec.name);
  facts.id = known_cluster_id(setting);
  bool is_listed = std::ranges::binary_search(facts.control_planes, node);
  if (is_control_plane(setting, node) && !is_listed) {
    facts.control_planes.push_back(node);
    std::ranges::sort(facts.control_planes);
  }
}

Status install(LiveWorld& live, const ApplyConfig& op, const std::string& key, const Setting& setting) {
  std::string disk = live.world.machines.at(key).disk;
  if (!live.world.disks.contains(disk)) {
    return failure(ErrorKind::rejected, fmt::format("{} has no disk to install to", op.target));
  }
  SimDisk& changed = change_disk(live, disk);
  changed.was_booted = true;
  changed.installed = {};
  changed.installed.version = op.talos_version.empty() ? setting.spec.talos_version : op.talos_version;
  changed.installed.schematic = setting.spec.schematic;
  changed.installed.kubernetes_version =
      op.kubernetes_version.empty() ? default_kubernetes_version(changed.installed.version) : op.kubernetes_version;
  changed.installed.cluster = setting.spec.name;
  changed.installed.cluster_id = known_cluster_id(setting);
  changed.installed.control_plane = is_control_plane(setting, op.target);
  changed.installed.config = op.config;
  remember_role(live, op.target, setting);
  Guest& guest = change_machine(live, key).guest;
  guest.stage = GuestStage::installing;
  guest.until = live.now() + jittered(live, install_takes);
  wake_at(live, guest.until, key);
  return {};
}

/// A changed path decides over a restart, as in Talos' mode "auto".
bool change_needs_reboot(const std::map<std::string, std::string>& running,
                         const std::map<std::string, std::string>& wanted) {
  auto differs = [](const auto& from, const auto& to) {
    return std::ranges::any_of(from, [&](const auto& entry) {
      auto place = to.find(entry.first);
      return (place == to.end() || place->second != entry.second) && needs_reboot(entry.first);
    });
  };
  return differs(running, wanted) || differs(wanted, running);
}

/// The control planes of the spec that have an address, by name: name and address.
std::vector<std::pair<std::string, std::string>> reachable_control_planes(const World& world, const Setting& setting) {
  std::vector<std::pair<std::string, std::string>> reachable;
  for (const NodeSpec& node : setting.spec.nodes) {
    std::string key = node.role == Role::control_plane ? our_machine_key(world, node.name, setting) : "";
    if (!key.empty() && world.machines.at(key).power == Power::running &&
        !world.machines.at(key).guest.address.empty()) {
      reachable.emplace_back(node.name, world.machines.at(key).guest.address);
    }
  }
  return reachable;
}

bool one_step_apart(const std::string& from, const std::string& to) {
  auto running = parse_version(from);
  auto wanted = parse_version(to);
  return running && wanted && running->major == wanted->major && std::abs(running->minor - wanted->minor) <= 1;
}

/// It was asked for the same before, and is about to come up with it.
bool is_on_its_way(const World& world, const ApplyConfig& op, const Setting& setting) {
  std::string key = our_machine_key(world, op.target, setting);
  const SimMachine* machine = key.empty() ? nullptr : &world.machines.at(key);
  const SimDisk* disk = machine == nullptr ? nullptr : disk_in(world, *machine);
  return disk != nullptr && machine->power == Power::running && disk->installed.config == op.config &&
         (machine->guest.stage == GuestStage::installing || machine->guest.stage == GuestStage::rebooting);
}

}  // namespace

Status effect(LiveWorld&, const GenerateSecrets&, const Setting& setting) {
  return setting.credentials.generate_secrets();
}

Status effect(LiveWorld& live, const WriteTalosconfig& op, const Setting& setting) {
  std::vector<std::string> endpoints;
  for (const auto& [node, address] : reachable_control_planes(live.world, setting)) {
    endpoints.push_back(address);
  }
  if (endpoints.empty()) {
    return failure(ErrorKind::unreachable, fmt::format("no control plane of {} has an address", op.target));
  }
  std::ranges::sort(endpoints);
  if (setting.credentials.observe().talosconfig == Presence::present &&
      setting.credentials.observe().talosconfig_endpoints == endpoints) {
    return {};
  }
  return setting.credentials.write_talosconfig(setting.spec.name, endpoints);
}

Status effect(LiveWorld& live, const ApplyConfig& op, const Setting& setting) {
  if (is_on_its_way(live.world, op, setting)) {
    return {};
  }
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return tl::unexpected(key.error());
  }
  if (known_cluster_id(setting).empty()) {
    return failure(ErrorKind::rejected, fmt::format("there are no secrets to make a config of {} from", op.target));
  }
  const SimMachine& machine = live.world.machines.at(*key);
  if (machine.guest.stage == GuestStage::maintenance) {
    return install(live, op, *key, setting);
  }
  const SimDisk* disk = disk_in(live.world, machine);
  if (disk == nullptr || disk->installed.cluster_id != known_cluster_id(setting)) {
    return failure(ErrorKind::rejected, fmt::format("{} belongs to another cluster", op.target),
                   "tls: failed to verify certificate: x509: certificate signed by unknown authority");
  }
  if (disk->installed.config == op.config) {
    return {};
  }
  if (op.mode == ConfigMode::staged) {
    change_disk(live, machine.disk).installed.staged_config = op.config;
    return {};
  }
  bool restarts = op.mode == ConfigMode::reboot || change_needs_reboot(disk->installed.config, op.config);
  change_disk(live, machine.disk).installed.config = op.config;
  remember_role(live, op.target, setting);
  if (restarts) {
    reboot(live, *key);
  } else {
    settle_machine(live, *key);
  }
  return {};
}

/// The old release stays beside the new one; the machine restarts into the new.
Status effect(LiveWorld& live, const UpgradeTalos& op, const Setting& setting) {
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return tl::unexpected(key.error());
  }
  const SimMachine& machine = live.world.machines.at(*key);
  const SimDisk* disk = disk_in(live.world, machine);
  if (disk == nullptr || machine.guest.stage != GuestStage::up) {
    return failure(ErrorKind::busy, fmt::format("{} is not ready to be upgraded", op.target));
  }
  const Installed& installed = disk->installed;
  if (installed.version == op.version && installed.schematic == setting.spec.schematic) {
    return {};
  }
  if (!one_step_apart(installed.version, op.version)) {
    return failure(ErrorKind::rejected, fmt::format("Talos on {} can't be upgraded in one step", op.target),
                   fmt::format("host version {} is too old to upgrade to Talos {}", installed.version, op.version));
  }
  if (!takes_kubernetes(op.version, installed.kubernetes_version)) {
    return failure(ErrorKind::rejected,
                   fmt::format("Talos {} does not run Kubernetes {}", op.version, installed.kubernetes_version));
  }
  Installed& changed = change_disk(live, machine.disk).installed;
  changed.version = op.version;
  changed.schematic = setting.spec.schematic;
  reboot(live, *key);
  return {};
}

Status effect(LiveWorld& live, const BootstrapEtcd& op, const Setting& setting) {
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return tl::unexpected(key.error());
  }
  const SimMachine& machine = live.world.machines.at(*key);
  const SimDisk* disk = disk_in(live.world, machine);
  if (disk == nullptr || machine.guest.stage == GuestStage::maintenance || !disk->installed.control_plane) {
    bool is_blank = disk == nullptr || machine.guest.stage == GuestStage::maintenance;
    return failure(is_blank ? ErrorKind::unreachable : ErrorKind::rejected,
                   fmt::format("etcd can't be bootstrapped on {}", op.target),
                   is_blank ? "tls: failed to verify certificate: x509: certificate signed by unknown authority"
                            : "rpc error: code = FailedPrecondition desc = bootstrap can only be performed on a "
                              "control plane node");
  }
  if (disk->installed.etcd_incarnation > 0) {
    return {};  // AlreadyExists: etcd data directory is not empty
  }
  if (machine.guest.stage != GuestStage::up) {
    return failure(ErrorKind::busy, fmt::format("{} is not ready to be bootstrapped", op.target),
                   "rpc error: code = FailedPrecondition desc = bootstrap is not available yet");
  }
  begin_etcd(live, *key);
  return {};
}

Status effect(LiveWorld& live, const WriteKubeconfig& op, const Setting& setting) {
  if (Status api = api_must_answer(live.world, setting.spec.name); !api) {
    return api;
  }
  auto reachable = reachable_control_planes(live.world, setting);
  std::ranges::stable_partition(reachable, [&](const auto& each) { return each.first == op.node; });
  for (const auto& [node, address] : reachable) {
    if (is_up(live.world, setting.spec.name, node)) {
      return setting.credentials.write_kubeconfig(setting.spec.name, address);
    }
  }
  return failure(ErrorKind::unreachable, fmt::format("no control plane of {} has an address", op.target));
}

Status effect(LiveWorld& live, const RestartKubelet& op, const Setting& setting) {
  auto key = reached(live.world, op.target, setting);
  if (!key) {
    return tl::unexpected(key.error());
  }
  Guest& guest = change_machine(live, *key).guest;
  guest.registered = false;
  guest.register_at = 0;
  settle_machine(live, *key);
  return {};
}

}  // namespace tbx::sim
