// What Hyper-V reported: machines, disks, the switch. "Could not find out" is never written as "not there".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace tbx {

enum class Presence { unknown, absent, present };
BOOST_DESCRIBE_ENUM(Presence, unknown, absent, present)

enum class System { hyperv, talos, kubernetes, helm, access };
BOOST_DESCRIBE_ENUM(System, hyperv, talos, kubernetes, helm, access)

/// In the order of looking: each may need what those before it told.
inline constexpr std::array all_systems = {System::hyperv, System::talos, System::kubernetes, System::helm,
                                           System::access};

/// How far the bootstrap of etcd was when the mark was written; design, section 6, rule 6.
enum class BootstrapMark { none, bootstrapping, bootstrapped };
BOOST_DESCRIBE_ENUM(BootstrapMark, none, bootstrapping, bootstrapped)

/// What tbx wrote into the VM's notes and beside its disk. Empty cluster: no mark, so not ours.
struct Mark {
  std::string cluster;
  std::string cluster_id;  ///< hash of Talos' cluster.id; two clusters of one name differ in it
  std::string node;
  std::string mac;           ///< lower case, colons
  std::string bios_guid;     ///< lower case; the Node's systemUUID
  std::string node_address;  ///< for life; empty with nodeSubnet: none
  std::string node_subnet;   ///< the CIDR the address was taken from
  BootstrapMark bootstrap = BootstrapMark::none;
  bool operator==(const Mark&) const = default;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (cluster, cluster_id, node, mac, bios_guid, node_address, node_subnet, bootstrap))

enum class Power { off, running, saved, paused, transition };
BOOST_DESCRIBE_ENUM(Power, off, running, saved, paused, transition)

/// A VM of the host, ours or not.
struct Machine {
  std::string name;
  std::string id;  ///< Hyper-V's VM ID: its identity, names are not unique
  std::string bios_guid;
  std::string mac;
  Power power = Power::off;
  int cpu_count = 0;
  std::int64_t memory_mib = 0;
  std::string disk_path;
  std::string switch_name;
  std::string dhcp_address;  ///< how the host reaches it, found by MAC; empty: none known
  Mark mark;                 ///< from the notes, or for a half-made VM from the folder's file
  bool operator==(const Machine&) const = default;
};
BOOST_DESCRIBE_STRUCT(Machine, (),
                      (name, id, bios_guid, mac, power, cpu_count, memory_mib, disk_path, switch_name, dhcp_address,
                       mark))

/// A virtual disk in a node's folder, attached or orphaned.
struct Disk {
  std::string node;  ///< the folder's name
  std::string path;
  std::int64_t size_gib = 0;
  std::string attached_to;  ///< VM ID; empty: an orphan
  bool was_booted = false;  ///< then it has data until Talos denies it
  Mark mark;
  bool operator==(const Disk&) const = default;
};
BOOST_DESCRIBE_STRUCT(Disk, (), (node, path, size_gib, attached_to, was_booted, mark))

struct HostState {
  Presence presence = Presence::unknown;       ///< present: Hyper-V answered
  std::string reason;                          ///< why unknown
  std::string arch;                            ///< amd64 or arm64
  Presence administrator = Presence::unknown;  ///< absent: this user is none there, at most a Hyper-V Administrator
  Presence switch_presence = Presence::unknown;
  std::string switch_subnet;  ///< CIDR that its DHCP serves now
  std::string switch_gateway;
  std::vector<std::string> neighbours;  ///< other addresses in use on the switch, sorted
  std::vector<std::string> images;      ///< cached boot images, such as v1.12.4-amd64
  std::vector<Machine> machines;        ///< all of the host, sorted by name, then ID
  std::vector<Disk> disks;              ///< in our folders, sorted by node, then path
  bool operator==(const HostState&) const = default;
};
BOOST_DESCRIBE_STRUCT(HostState, (),
                      (presence, reason, arch, administrator, switch_presence, switch_subnet, switch_gateway,
                       neighbours, images, machines, disks))

}  // namespace tbx
