// Whose a thing is, and which thing a name means. A name is not an identity, an address even less.
#pragma once

#include <string>
#include <string_view>

#include "engine/observed.h"
#include "specs/cluster_spec.h"

namespace tbx {

/// By its mark: our cluster's name, and our cluster ID where the secrets that tell it are there.
bool is_ours(const Mark& mark, const ClusterSpec& wanted, const CredentialState& credentials);

/// The VM of this name that is ours; null when there is none. Pre: `host.machines` sorted by name.
const Machine* our_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node);

/// Another VM of this name that is ours by its mark: somebody copied it with its notes, and which of the two is the
/// node nobody can tell. Null when there is none.
const Machine* copy_of_our_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node);

/// A VM of this name that is not ours; null when there is none.
const Machine* foreign_machine(const Observed& found, const ClusterSpec& wanted, std::string_view node);

/// By its identity. `likely_name` only makes it quick: a VM that was renamed is found as well. Null when there is none.
const Machine* machine_by_id(const HostState& host, std::string_view machine_id, std::string_view likely_name);

/// The disk at this path; `node` names the folder it is looked for in first. Null when there is none.
const Disk* disk_at(const HostState& host, std::string_view path, std::string_view node);

/// The disk in the node's folder; one with our mark before any other. Null when there is none.
const Disk* disk_of(const Observed& found, const ClusterSpec& wanted, std::string_view node);

/// Null when there is none. Pre: sorted by name.
const KubernetesNode* kubernetes_node(const KubernetesState& kubernetes, std::string_view name);
const Release* release_named(const HelmState& helm, std::string_view name);
const NodeSpec* wanted_node(const ClusterSpec& wanted, std::string_view name);
const AddonSpec* wanted_addon(const ClusterSpec& wanted, std::string_view name);
const TalosNode* talos_node(const Observed& found, std::string_view name);

/// By the name that tbx gives: `<cluster>-cp-NN`.
bool is_control_plane_name(const ClusterSpec& wanted, std::string_view node);

/// spec.protect, protectNodes, or the pool's protect.
bool is_protected(const ClusterSpec& wanted, std::string_view node);

}  // namespace tbx
