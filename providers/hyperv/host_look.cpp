#include "providers/hyperv/host_look.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "providers/hyperv/mark_text.h"
#include "providers/json_place.h"
#include "specs/ip.h"
#include "specs/names.h"
#include "specs/quantity.h"

namespace tbx {

namespace {

using nlohmann::json;

/// PowerShell makes one thing of a list of one in some places, and nothing of an empty one.
std::vector<json> list_at(const json& value, std::string_view key) {
  const json& found = at(value, {key});
  if (found.is_array()) return found;
  return found.is_null() || (found.is_object() && found.empty()) ? std::vector<json>{} : std::vector<json>{found};
}

/// Of Hyper-V's VMState; what is in no list is on its way to another one.
/// Source: Microsoft.HyperV.PowerShell.VMState, as the Terraform provider for Hyper-V lists it.
Power power_of(std::int64_t state) {
  constexpr std::int64_t running = 2, off = 3, saved = 6, paused = 9, running_critical = 32783, off_critical = 32784,
                         saved_critical = 32786, paused_critical = 32787;
  switch (state) {
    case running:
    case running_critical:
      return Power::running;
    case off:
    case off_critical:
      return Power::off;
    case saved:
    case saved_critical:
      return Power::saved;
    case paused:
    case paused_critical:
      return Power::paused;
    default:
      return Power::transition;
  }
}

/// How sure it is that the address is still that card's: the host has heard from it in all of these.
int trust_in(const std::string& state) {
  constexpr std::array states{"Permanent", "Probe", "Delay", "Stale", "Reachable"};
  const auto place = std::ranges::find(states, state);
  return place == states.end() ? 0 : static_cast<int>(place - states.begin()) + 1;
}

/// Not the node's own, by which only the nodes know one another, nor one that a card without DHCP gives itself (RFC
/// 3927).
bool may_come_from_dhcp(const std::string& text, const Mark& mark) {
  const auto address = parse_ipv4_address(text);
  if (!address || contains(*parse_ipv4_network("169.254.0.0/16"), *address)) return false;
  const auto nodes = parse_ipv4_network(mark.node_subnet);
  return !nodes || !contains(*nodes, *address);
}

/// By MAC from the host's neighbours; else what the guest itself told.
std::string address_of(const json& row_of_machine, const Machine& machine, const std::vector<json>& neighbours) {
  std::string best;
  int trust = 0;
  for (const json& row : neighbours) {
    const int trusted = trust_in(text_at(row, {"state"}));
    const std::string address = text_at(row, {"address"});
    const bool is_its = !machine.mac.empty() && normal_mac(text_at(row, {"mac"})) == machine.mac;
    if (is_its && trusted > trust && may_come_from_dhcp(address, machine.mark)) {
      best = address;
      trust = trusted;
    }
  }
  if (!best.empty()) return best;
  for (const json& address : list_at(row_of_machine, "addresses")) {
    if (address.is_string() && may_come_from_dhcp(address, machine.mark)) return address;
  }
  return {};
}

Machine machine_of_row(const json& row, const std::vector<json>& neighbours) {
  Machine machine;
  machine.name = text_at(row, {"name"});
  machine.id = lower_case(text_at(row, {"id"}));
  machine.bios_guid = lower_case(text_at(row, {"guid"}));
  std::erase_if(machine.bios_guid, [](char letter) { return letter == '{' || letter == '}'; });
  machine.mac = normal_mac(text_at(row, {"mac"}));
  machine.power = power_of(number_at(row, {"state"}));
  machine.cpu_count = static_cast<int>(number_at(row, {"cpus"}));
  machine.memory_mib = number_at(row, {"memory"}) / mebibyte;
  const std::vector<json> disks = list_at(row, "disks");
  machine.disk_path = disks.empty() || !disks.front().is_string() ? "" : disks.front().get<std::string>();
  machine.switch_name = text_at(row, {"switch"});
  machine.mark = read_mark(text_at(row, {"mark"})).mark;
  // The folder's mark may tell of the VM before: without notes this one is half made.
  if (at(row, {"isHalfMade"}) == true) machine.mark.bios_guid.clear();
  if (machine.power == Power::running) machine.dhcp_address = address_of(row, machine, neighbours);
  return machine;
}

Disk disk_of_row(const json& row, const std::vector<Machine>& machines) {
  Disk disk;
  disk.node = text_at(row, {"node"});
  disk.path = text_at(row, {"path"});
  // One that can't be opened is there, and its size is not known: 0 is none that anybody wants.
  disk.size_gib = std::max<std::int64_t>(number_at(row, {"size"}), 0) / gibibyte;
  const MarkText mark = read_mark(text_at(row, {"mark"}));
  disk.mark = mark.mark;
  disk.was_booted = mark.was_booted;
  const auto holder = std::ranges::find_if(
      machines, [&](const Machine& machine) { return lower_case(machine.disk_path) == lower_case(disk.path); });
  disk.attached_to = holder == machines.end() ? "" : holder->id;
  return disk;
}

void read_switch(const json& answer, HostState& host) {
  const json& row = at(answer, {"switch"});
  host.switch_presence = at(row, {"present"}) == true ? Presence::present : Presence::absent;
  const auto own = parse_ipv4_address(text_at(row, {"address"}));
  const std::int64_t prefix = number_at(row, {"prefix"});
  if (!own || prefix <= 0 || prefix > 30) return;
  host.switch_subnet = format_network(network_of(*own, static_cast<int>(prefix)));
  host.switch_gateway = format_address(*own);
  for (const json& neighbour : list_at(answer, "neighbours")) {
    const auto address = parse_ipv4_address(text_at(neighbour, {"address"}));
    const bool is_there = trust_in(text_at(neighbour, {"state"})) > 0;
    if (address && is_there && contains(network_of(*own, static_cast<int>(prefix)), *address)) {
      host.neighbours.push_back(format_address(*address));
    }
  }
  // Those of the VMs are their own, and no other's.
  for (const Machine& machine : host.machines) std::erase(host.neighbours, machine.dhcp_address);
  std::ranges::sort(host.neighbours);
}

}  // namespace

std::string normal_mac(std::string_view text) {
  std::string mac;
  for (const char letter : text) {
    if (!std::isxdigit(static_cast<unsigned char>(letter))) continue;
    if (mac.size() % 3 == 2) mac += ':';
    mac += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  constexpr std::size_t whole = 17;
  return mac.size() == whole && mac != "00:00:00:00:00:00" ? mac : "";
}

Result<HostState> read_host(const json& answer) {
  if (!answer.is_object() || !answer.contains("vmms")) {
    return failure(ErrorKind::malformed_answer, "PowerShell gave no look at the host");
  }
  if (const std::string service = text_at(answer, {"vmms"}); service != "Running") {
    return failure(ErrorKind::unreachable,
                   service == "Absent" ? "Hyper-V is not installed on this host: Enable-WindowsOptionalFeature -Online "
                                         "-FeatureName Microsoft-Hyper-V -All, then restart"
                                       : fmt::format("Hyper-V's service vmms is {}: Start-Service vmms", service));
  }
  if (at(answer, {"hypervisor"}) == false) {
    return failure(ErrorKind::unreachable,
                   "Hyper-V's hypervisor does not run: turn virtualization on in the firmware (of a VM: nested "
                   "virtualization), run bcdedit /set hypervisorlaunchtype auto, then restart");
  }
  HostState host;
  host.presence = Presence::present;
  host.arch = text_at(answer, {"arch"});
  host.administrator = at(answer, {"administrator"}) == true ? Presence::present : Presence::absent;
  for (const json& image : list_at(answer, "images")) {
    if (image.is_string()) host.images.push_back(image);
  }
  std::ranges::sort(host.images);
  const std::vector<json> neighbours = list_at(answer, "neighbours");
  for (const json& row : list_at(answer, "machines")) host.machines.push_back(machine_of_row(row, neighbours));
  std::ranges::sort(host.machines, {}, [](const Machine& machine) { return std::tie(machine.name, machine.id); });
  for (const json& row : list_at(answer, "disks")) host.disks.push_back(disk_of_row(row, host.machines));
  std::ranges::sort(host.disks, {}, [](const Disk& disk) { return std::tie(disk.node, disk.path); });
  read_switch(answer, host);
  return host;
}

}  // namespace tbx
