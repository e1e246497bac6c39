#include "providers/talos/talos_node.h"

#include <algorithm>
#include <iterator>

#include "providers/talos/parse_node.h"

namespace tbx {

namespace {

/// Reads one field where its resource is there; what can't be read stays empty.
template <class Parse>
void fill(const std::vector<TalosResource>& resources, std::string_view type, std::string_view id, std::string& field,
          Parse parse) {
  const TalosResource* resource = find_resource(resources, type, id);
  if (resource == nullptr) {
    return;
  }
  if (Result<std::string> value = parse(*resource)) {
    field = *value;
  }
}

}  // namespace

std::vector<TalosResource> resources_of_node(const std::vector<TalosResource>& resources, std::string_view node) {
  std::vector<TalosResource> own;
  std::ranges::copy_if(resources, std::back_inserter(own),
                       [&](const TalosResource& resource) { return resource.node == node; });
  return own;
}

TalosNode make_talos_node(const std::vector<TalosResource>& resources) {
  TalosNode node;
  const TalosResource* resource = find_resource(resources, "MachineStatuses.runtime.talos.dev", "machine");
  if (resource == nullptr) {
    node.reason = "Talos gave no machine status";
    return node;
  }
  Result<MachineStatus> status = parse_machine_status(*resource);
  if (!status) {
    node.reason = status.error().message;
    return node;
  }
  node.presence = Presence::present;
  node.stage = status->stage;
  node.ready = status->ready && status->stage == TalosStage::running;
  node.unmet_conditions = status->unmet_conditions;
  fill(resources, "HostnameStatuses.net.talos.dev", "hostname", node.hostname, parse_hostname);
  fill(resources, "Versions.runtime.talos.dev", "version", node.version, parse_version_resource);
  fill(resources, "SystemInformations.hardware.talos.dev", "systeminformation", node.uuid, parse_system_uuid);
  node.addresses = parse_node_addresses(resources, "current").value_or(std::vector<std::string>{});
  return node;
}

}  // namespace tbx
