#include "specs/spec_json.h"

#include <nlohmann/json.hpp>

#include "specs/sha256.h"

namespace tbx {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(Role, {{Role::control_plane, "control-plane"}, {Role::worker, "worker"}})
NLOHMANN_JSON_SERIALIZE_ENUM(HypervVia, {{HypervVia::local, "local"}, {HypervVia::wsl, "wsl"}, {HypervVia::ssh, "ssh"}})
NLOHMANN_JSON_SERIALIZE_ENUM(TaintEffect, {{TaintEffect::no_schedule, "NoSchedule"},
                                           {TaintEffect::prefer_no_schedule, "PreferNoSchedule"},
                                           {TaintEffect::no_execute, "NoExecute"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Taint, key, value, effect)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NodeSpec, name, role, pool, number, cpu_count, memory_mib, disk_gib, labels, taints,
                                   patches, schedulable, is_protected, max_unavailable)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ReadyGate, kind, namespace_name, name)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AddonSpec, name, chart, repo, version, namespace_name, namespace_privileged, is_cni,
                                   owns_custom_resource_definitions, values, after, ready, needs_load_balancer,
                                   is_load_balancer, is_ingress)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RouteSpec, host, dashboard, service_namespace, service, port, path, addon, user,
                                   password_hint, served_by_ingress_itself)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NetworkSpec, node_subnet, pod_subnet, service_subnet)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HypervSpec, via, host, switch_name, path, iso_path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClusterSpec, name, talos_version, schematic, arch, kubernetes_version, hyperv,
                                   network, nodes, is_protected, protected_nodes, addons, metallb_pool, routes,
                                   deadline_seconds)

std::string to_canonical_json(const ClusterSpec& spec) { return json(spec).dump(); }

tl::expected<ClusterSpec, std::string> from_canonical_json(std::string_view text) {
  try {
    return json::parse(text).get<ClusterSpec>();
  } catch (const json::exception& error) {
    return tl::unexpected(std::string("this is no completed spec: ") + error.what());
  }
}

std::string spec_digest(const ClusterSpec& spec) { return "sha256:" + sha256_hex(to_canonical_json(spec)); }

}  // namespace tbx
