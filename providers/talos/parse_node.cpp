#include "providers/talos/parse_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "specs/versions.h"

namespace tbx {

namespace {

using nlohmann::json;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

tl::unexpected<Error> unreadable(std::string_view what) {
  return failure(ErrorKind::malformed_answer, fmt::format("talosctl's answer has no usable {}", what));
}

Result<std::string> text_field(const TalosResource& resource, const std::string& key) {
  std::string text = resource.spec.is_object() ? lenient_text(resource.spec, key) : "";
  if (text.empty()) {
    return unreadable(key);
  }
  return text;
}

/// Talos' words. "unknown" is what it says before its first sequence has begun.
std::optional<TalosStage> stage_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, TalosStage>, 9> stages = {{
      {"unknown", TalosStage::booting},
      {"booting", TalosStage::booting},
      {"installing", TalosStage::installing},
      {"maintenance", TalosStage::maintenance},
      {"running", TalosStage::running},
      {"rebooting", TalosStage::rebooting},
      {"shutting down", TalosStage::shutting_down},
      {"resetting", TalosStage::resetting},
      {"upgrading", TalosStage::upgrading},
  }};
  auto place = std::ranges::find(stages, word, &std::pair<std::string_view, TalosStage>::first);
  return place == stages.end() ? std::nullopt : std::optional(place->second);
}

std::vector<std::string> unmet_conditions_of(const json& status) {
  std::vector<std::string> unmet;
  auto conditions = status.find("unmetConditions");
  if (conditions != status.end() && conditions->is_array()) {
    for (const json& condition : *conditions) {
      unmet.push_back(fmt::format("{}: {}", lenient_text(condition, "name"), lenient_text(condition, "reason")));
    }
  }
  return unmet;
}

std::optional<Role> role_of(std::string_view machine_type) {
  if (machine_type == "controlplane" || machine_type == "init") {
    return Role::control_plane;
  }
  return machine_type == "worker" ? std::optional(Role::worker) : std::nullopt;
}

/// "Talos (v1.12.6)"
std::string version_in(std::string_view operating_system) {
  std::size_t start = operating_system.find('(');
  std::size_t end = operating_system.rfind(')');
  if (start == std::string_view::npos || end == std::string_view::npos || end < start) {
    return "";
  }
  return std::string(operating_system.substr(start + 1, end - start - 1));
}

bool flag(const json& object, const std::string& key) { return lenient_text(object, key) == "true"; }

bool is_object_of(const TalosResource& resource, std::string_view type) {
  return resource.type == type && resource.spec.is_object();
}

}  // namespace

Result<MachineStatus> parse_machine_status(const TalosResource& resource) {
  auto word = text_field(resource, "stage");
  std::optional<TalosStage> stage = word ? stage_of(*word) : std::nullopt;
  auto status = resource.spec.find("status");
  if (!stage || status == resource.spec.end() || !status->is_object()) {
    return unreadable("stage");
  }
  return MachineStatus{*stage, flag(*status, "ready"), unmet_conditions_of(*status)};
}

Result<std::string> parse_hostname(const TalosResource& resource) { return text_field(resource, "hostname"); }

Result<std::string> parse_version_resource(const TalosResource& resource) {
  auto text = text_field(resource, "version");
  auto version = text ? parse_version(*text) : std::nullopt;
  return version ? Result<std::string>(format_version(*version)) : unreadable("version");
}

Result<std::string> parse_system_uuid(const TalosResource& resource) {
  return text_field(resource, "uuid").map([](const std::string& uuid) { return lower(uuid); });
}

Result<Role> parse_machine_type(const TalosResource& resource) {
  std::optional<Role> role = resource.spec.is_string() ? role_of(resource.spec.get<std::string>()) : std::nullopt;
  return role ? Result<Role>(*role) : unreadable("machine type");
}

Result<std::vector<std::string>> parse_node_addresses(const std::vector<TalosResource>& resources,
                                                      std::string_view kind) {
  const TalosResource* found = find_resource(resources, "NodeAddresses.net.talos.dev", kind);
  if (found == nullptr || !found->spec.is_object()) {
    return unreadable("node address");
  }
  std::vector<std::string> addresses = text_list(found->spec, "addresses");
  for (std::string& address : addresses) {
    address = address.substr(0, address.find('/'));
  }
  std::ranges::sort(addresses);
  return addresses;
}

std::vector<TalosLink> parse_links(const std::vector<TalosResource>& resources) {
  std::vector<TalosLink> links;
  for (const TalosResource& resource : resources) {
    if (!is_object_of(resource, "LinkStatuses.net.talos.dev")) {
      continue;
    }
    std::string mac = lower(lenient_text(resource.spec, "hardwareAddr"));
    bool is_card = lenient_text(resource.spec, "type") == "ether" && lenient_text(resource.spec, "kind").empty();
    links.push_back(
        {resource.id, mac, is_card && !mac.empty(), lenient_text(resource.spec, "operationalState") == "up"});
  }
  return links;
}

std::vector<TalosService> parse_services(const std::vector<TalosResource>& resources) {
  std::vector<TalosService> services;
  for (const TalosResource& resource : resources) {
    if (is_object_of(resource, "Services.v1alpha1.talos.dev")) {
      bool known = !flag(resource.spec, "unknown");
      services.push_back({resource.id, flag(resource.spec, "running"), known && flag(resource.spec, "healthy")});
    }
  }
  return services;
}

Result<std::vector<DiscoveredMember>> parse_members(const std::vector<TalosResource>& resources) {
  std::vector<DiscoveredMember> members;
  for (const TalosResource& resource : resources) {
    if (!is_object_of(resource, "Members.cluster.talos.dev")) {
      continue;
    }
    auto role = role_of(lenient_text(resource.spec, "machineType"));
    if (!role) {
      return unreadable("machine type of a member");
    }
    std::vector<std::string> addresses = text_list(resource.spec, "addresses");
    std::ranges::sort(addresses);
    members.push_back({lenient_text(resource.spec, "hostname"), lenient_text(resource.spec, "nodeId"), *role,
                       version_in(lenient_text(resource.spec, "operatingSystem")), addresses});
  }
  return members;
}

Result<std::vector<TalosVersion>> parse_versions(std::string_view output) {
  auto objects = parse_json_objects(output);
  if (!objects) {
    return tl::unexpected(objects.error());
  }
  std::vector<TalosVersion> versions;
  for (const json& object : *objects) {
    const json metadata = object.value("metadata", json::object());
    const json about = object.value("version", json::object());
    auto version = about.is_object() ? parse_version(lenient_text(about, "tag")) : std::nullopt;
    if (!version || !metadata.is_object()) {
      return unreadable("version");
    }
    versions.push_back({lenient_text(metadata, "hostname"), format_version(*version), lenient_text(about, "arch")});
  }
  return versions;
}

Result<std::string> parse_client_version(std::string_view output) {
  constexpr std::string_view start = "Client:\nTalos ";
  if (!output.starts_with(start)) {
    return unreadable("client version");
  }
  output.remove_prefix(start.size());
  auto version = parse_version(output.substr(0, output.find_first_of("\r\n")));
  return version ? Result<std::string>(format_version(*version)) : unreadable("client version");
}

Result<std::string> parse_boot_id(std::string_view output) {
  std::string text(output.substr(0, output.find_last_not_of("\r\n") + 1));
  constexpr std::size_t uuid_length = 36;
  bool is_uuid = text.size() == uuid_length && text.find_first_not_of("0123456789abcdef-") == std::string::npos;
  return is_uuid ? Result<std::string>(text) : unreadable("boot ID");
}

}  // namespace tbx
