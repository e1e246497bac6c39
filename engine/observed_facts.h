// Which of the observed fields are facts that a plan is bound to, and by what their things are told apart.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "engine/observed.h"

namespace tbx {

/// Texts for people, which change while nothing that counts does.
template <class T>
constexpr bool moves_by_itself(std::string_view key) {
  if (key == "reason" || key == "talos_reason") return true;
  if constexpr (std::is_same_v<T, ProbeState>) return key == "detail";
  if constexpr (std::is_same_v<T, Release>) return key == "not_ready";
  if constexpr (std::is_same_v<T, TalosNode>) return key == "unmet_conditions";
  return false;
}

inline std::string key_of(const Machine& machine) { return machine.name; }
inline std::string key_of(const Disk& disk) { return disk.path; }
inline std::string key_of(const EtcdMember& member) { return member.id; }
inline std::string key_of(const KubernetesNode& node) { return node.name; }
inline std::string key_of(const NamespaceState& state) { return state.name; }
inline std::string key_of(const RouteState& route) { return route.host; }
inline std::string key_of(const Release& release) { return release.namespace_name + "/" + release.name; }
inline std::string key_of(const LiveDrift& drift) { return drift.field; }
inline std::string key_of(const HostsEntry& entry) { return entry.host; }
inline std::string key_of(const ProbeState& probe) { return probe.host; }

}  // namespace tbx
