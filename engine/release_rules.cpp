#include "engine/release_rules.h"

#include <fmt/format.h>

#include "engine/ownership.h"
#include "specs/versions.h"

namespace tbx {

namespace {

using Verdict = std::optional<Refusal>;

const std::string& release_by_then(const TalosReleases* by_then, const std::string& node, const TalosNode& talos) {
  if (by_then == nullptr) {
    return talos.version;
  }
  auto place = by_then->find(node);
  return place == by_then->end() ? talos.version : place->second;
}

/// An upgrade of Kubernetes takes every node there is, and stops in the middle at one that does not answer.
Verdict every_node_runs(const Membership& asked) {
  for (const NodeSpec& node : asked.wanted.nodes) {
    const Machine* machine = our_machine(asked.found, asked.wanted, node.name);
    if (machine == nullptr || machine->power != Power::running) {
      return Refusal{"one-disruption", fmt::format("machine {} is {}: Kubernetes is upgraded while all nodes run",
                                                   node.name, machine == nullptr ? "absent" : "not running")};
    }
  }
  note_passed(asked.passed, "one-disruption", [] { return "every node of the file runs"; });
  return std::nullopt;
}

/// A control plane of this release joins an etcd whose members may write what it can't read.
Verdict why_etcd_data_is_too_new(const Membership& asked, const std::string& talos_version) {
  for (const auto& [node, talos] : asked.found.talos) {
    const auto running = parse_version(talos.version);
    if (running && is_control_plane_name(asked.wanted, node) && *parse_version(talos_version) < *running &&
        !share_etcd_data(talos_version, talos.version)) {
      return Refusal{"downgrade", fmt::format("Talos {} can't read what the etcd of {} on {} writes", talos_version,
                                              talos.version, node)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> why_release_does_not_fit(const Membership& asked, const ApplyConfig& op) {
  if (op.talos_version.empty()) {
    return std::nullopt;
  }
  if (!op.kubernetes_version.empty() && !takes_kubernetes(op.talos_version, op.kubernetes_version)) {
    return Refusal{"version-skew", fmt::format("Talos {} does not take the Kubernetes {} that the cluster runs",
                                               op.talos_version, op.kubernetes_version)};
  }
  if (is_control_plane_name(asked.wanted, op.target)) {
    if (auto verdict = why_etcd_data_is_too_new(asked, op.talos_version)) return verdict;
  }
  note_passed(asked.passed, "version-skew",
              [&] { return fmt::format("Talos {} takes Kubernetes {}", op.talos_version, op.kubernetes_version); });
  return std::nullopt;
}

std::optional<Refusal> why_not_upgrade_kubernetes(const Membership& asked, const UpgradeKubernetes& op,
                                                  const TalosReleases* by_then) {
  for (const auto& [node, talos] : asked.found.talos) {
    const std::string& release = release_by_then(by_then, node, talos);
    if (!release.empty() && !takes_kubernetes(release, op.version)) {
      return Refusal{"version-skew",
                     fmt::format("{} runs Talos {}, which does not take Kubernetes {}", node, release, op.version)};
    }
  }
  note_passed(asked.passed, "version-skew",
              [&] { return fmt::format("every node that answers runs a Talos that takes {}", op.version); });
  // Those that the plan starts are off while it is made.
  return by_then == nullptr ? every_node_runs(asked) : std::nullopt;
}

}  // namespace tbx
