// The simulated world as plain data: one host with its machines and disks, and the clusters that live on them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "engine/observed_host.h"
#include "providers/sim/world_cluster.h"
#include "providers/sim/world_surroundings.h"

namespace tbx::sim {

/// Virtual time and chance. Both go on where the last command left them.
struct Clock {
  double now_seconds = 0;
  std::uint64_t seed = 1;
  std::uint64_t draws = 0;          ///< random numbers taken so far
  std::uint64_t machines_made = 0;  ///< for the names of foreign ones
  bool operator==(const Clock&) const = default;
};
BOOST_DESCRIBE_STRUCT(Clock, (), (now_seconds, seed, draws, machines_made))

struct SwitchedHost {
  std::string arch = "amd64";
  std::string switch_name = "Default Switch";
  std::string switch_id = "c08cb7b8-9b3c-408e-8e30-5e16a3aeb444";
  std::string subnet = "172.28.16.0/20";
  std::string gateway = "172.28.16.1";
  std::vector<std::string> neighbours;  ///< sorted
  std::vector<std::string> images;      ///< sorted
  bool operator==(const SwitchedHost&) const = default;
};
BOOST_DESCRIBE_STRUCT(SwitchedHost, (), (arch, switch_name, switch_id, subnet, gateway, neighbours, images))

/// What runs in a machine. `up`: its services run; whether etcd and the node are ready is another question.
enum class GuestStage { none, firmware, maintenance, installing, rebooting, booting, up };
BOOST_DESCRIBE_ENUM(GuestStage, none, firmware, maintenance, installing, rebooting, booting, up)

struct Guest {
  GuestStage stage = GuestStage::none;
  double until = 0;         ///< when the stage ends by itself; 0: it stays
  std::string boot_id;      ///< new with each boot
  std::string address;      ///< its lease; empty: none
  double api_at = 0;        ///< when its API server answers; 0: not started
  double join_at = 0;       ///< when its etcd looks for a cluster to join; 0: never
  double register_at = 0;   ///< when its kubelet registers the Node; 0: not yet trying
  bool registered = false;  ///< the kubelet does so once in its life
  bool operator==(const Guest&) const = default;
};
BOOST_DESCRIBE_STRUCT(Guest, (), (stage, until, boot_id, address, api_at, join_at, register_at, registered))

struct SimMachine {
  std::string name;
  std::string id;
  std::string bios_guid;
  std::string mac;
  Power power = Power::off;
  int cpu_count = 2;
  std::int64_t memory_mib = 4096;
  std::string disk;  ///< key of its disk; empty: none
  std::string switch_name;
  std::string image;  ///< what it boots while the disk is blank
  Mark mark;          ///< the notes
  Guest guest;
  bool operator==(const SimMachine&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimMachine, (),
                      (name, id, bios_guid, mac, power, cpu_count, memory_mib, disk, switch_name, image, mark, guest))

/// What the installer and etcd wrote on a disk.
struct Installed {
  std::string version;  ///< of Talos; empty: the disk is blank
  std::string schematic;
  std::string kubernetes_version;
  std::string cluster;
  std::string cluster_id;
  bool control_plane = false;
  std::map<std::string, std::string> config;         ///< as in TalosNode::config
  std::map<std::string, std::string> staged_config;  ///< taken at the next start; empty: none
  int etcd_incarnation = 0;                          ///< 0: no data
  std::string member_id;
  bool operator==(const Installed&) const = default;
};
BOOST_DESCRIBE_STRUCT(Installed, (),
                      (version, schematic, kubernetes_version, cluster, cluster_id, control_plane, config,
                       staged_config, etcd_incarnation, member_id))

struct SimDisk {
  std::string id;    ///< of this disk, not of its place: another one at the same path has another
  std::string node;  ///< the folder it lies in
  std::string path;
  std::int64_t size_gib = 20;
  std::string attached_to;  ///< VM ID; empty: an orphan
  bool was_booted = false;
  Mark mark;  ///< the small file beside it
  Installed installed;
  bool operator==(const SimDisk&) const = default;
};
BOOST_DESCRIBE_STRUCT(SimDisk, (), (id, node, path, size_gib, attached_to, was_booted, mark, installed))

struct World {
  Clock clock;
  SwitchedHost host;
  std::map<std::string, SimMachine> machines;  ///< by machine_key
  std::map<std::string, SimDisk> disks;        ///< by disk_key
  std::map<std::string, SimCluster> clusters;  ///< by name
  std::vector<HostsLine> hosts_file;
  Disturbances disturbances;
  std::map<std::string, LockEntry> locks;  ///< by cluster
  bool operator==(const World&) const = default;
};
BOOST_DESCRIBE_STRUCT(World, (), (clock, host, machines, disks, clusters, hosts_file, disturbances, locks))

}  // namespace tbx::sim
