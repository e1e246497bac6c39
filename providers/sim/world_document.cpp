#include "providers/sim/world_document.h"

#include <nlohmann/json.hpp>

#include "engine/described.h"

namespace tbx::sim {

namespace {

using Json = nlohmann::ordered_json;

std::string disk_id(const World& world, const std::string& key) {
  auto disk = world.disks.find(key);
  return disk == world.disks.end() ? "" : disk->second.id;
}

Json machine_document(const World& world, const SimMachine& machine) {
  return {{"name", machine.name},
          {"id", machine.id},
          {"uuid", machine.bios_guid},
          {"mac", machine.mac},
          {"power", enum_name(machine.power)},
          {"boot_id", machine.guest.boot_id},
          {"address", machine.guest.address},
          {"disk", disk_id(world, machine.disk)},
          {"image", machine.image}};
}

Json disk_document(const SimDisk& disk) {
  return {{"id", disk.id}, {"node", disk.node}, {"path", disk.path}, {"attached_to", disk.attached_to}};
}

}  // namespace

std::string world_document(const World& world) {
  Json machines = Json::array();
  for (const auto& [key, machine] : world.machines) {
    machines.push_back(machine_document(world, machine));
  }
  Json disks = Json::array();
  for (const auto& [key, disk] : world.disks) {
    disks.push_back(disk_document(disk));
  }
  Json document{{"format_version", 1},
                {"switch", {{"subnet", world.host.subnet}, {"gateway", world.host.gateway}}},
                {"hidden", world.disturbances.hidden},
                {"machines", std::move(machines)},
                {"disks", std::move(disks)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tbx::sim
