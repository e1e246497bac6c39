// Machine configs as flat maps, so that what is wanted and what runs can be compared leaf by leaf.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace tbx {

/// Path -> JSON text of the value.
using FlatConfig = std::map<std::string, std::string>;

/// The leaves of a machine config, or of a strategic-merge patch, given as its YAML documents.
///
/// A path is the keys with dots between them. Talos' first document, which has no `kind`, has its paths as they are:
/// `machine.kubelet.nodeIP.validSubnets`. Others begin with their kind, and their name where they have one:
/// `HostnameConfig.hostname`, `DHCPv4Config[eth0].clientIdentifier`. A list of scalars is one leaf. In a list of maps
/// an item is told by what identifies it (`machine.network.interfaces[02:15:5d:00:00:01].dhcp`), one without such a key
/// by its place among those without. `apiVersion`, `kind` and `name` of a document are no leaves; what is empty is none
/// either, but for a document with nothing else: its leaf is `{}`. `$patch: delete` is the leaf `null`.
FlatConfig flatten_config(const std::vector<nlohmann::json>& documents);

/// How `running` differs from `base`, which is what Talos generates by itself: the leaves of a patch that leads from
/// one to the other. A leaf that is gone is `null`; of a list that Talos appends to and that grew, what was added. A
/// leaf as in `base` is left out, unless it is in `kept`: what a patch spells out is to be seen also where it is the
/// default.
FlatConfig config_overlay(const FlatConfig& base, const FlatConfig& running, const std::set<std::string>& kept = {});

}  // namespace tbx
