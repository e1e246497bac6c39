#include "engine/key_meanings.h"

#include <algorithm>

namespace tbx {
namespace {

using Ops = std::vector<std::string_view>;
using enum ChangeCost;

const Ops node_ops{"create-disk", "create-machine",     "start-machine", "await-address", "apply-config",
                   "await-talos", "await-etcd-member",  "await-node",    "drain-node",    "hand-over-leadership",
                   "leave-etcd",  "remove-etcd-member", "stop-machine",  "delete-node",   "delete-machine",
                   "delete-disk", "snapshot-etcd"};
const Ops release_ops{"apply-custom-resource-definitions", "install-release", "upgrade-release", "await-release"};
const Ops whole_addon_ops{"apply-namespace", "apply-custom-resource-definitions",
                          "install-release", "upgrade-release",
                          "unlock-release",  "uninstall-release",
                          "await-release",   "apply-address-pool"};
const Ops route_ops{"apply-route", "delete-route", "write-hosts", "await-route"};

constexpr std::string_view each_key = "Explain one of its keys.";
constexpr std::string_view in_turn = "Each node in turn is drained, stopped, changed and started.";
constexpr std::string_view helm_upgrades = "Helm upgrades the release: pods that change restart.";
constexpr std::string_view patched =
    "Some fields need a restart: then the plan says so, and each node in turn is drained for it.";

/// Of the control plane and of each pool of workers alike.
std::vector<KeyMeaning> pool_keys(const std::string& pool) {
  return {
      {pool + ".count", replaces,
       "More: new machines. Fewer: the highest numbers are drained and deleted with their disks; control planes leave "
       "etcd first, one at a time. Refused for the last control plane, and for what is protected.",
       node_ops},
      {pool + ".nodes", replaces, "Numbers that come are new machines; those that go are deleted with their disks.",
       node_ops},
      {pool + ".cpus", restart, in_turn, {"resize-machine", "create-machine"}, {"cpus", "machine"}},
      {pool + ".memory", restart, in_turn, {"resize-machine", "create-machine"}, {"memoryMiB", "machine"}},
      {pool + ".disk",
       restart,
       "Larger: each node in turn is drained, stopped and started. Smaller: refused (disk-shrink).",
       {"create-disk", "grow-disk"},
       {},
       {{"disk-shrink", ""}}},
      {pool + ".labels",
       in_place,
       "Those that tbx set and the file no longer has go; others' stay.",
       {"label-node"},
       {"labels."}},
      {pool + ".taints",
       in_place,
       "NoExecute evicts the pods that do not tolerate it, the other effects move none.",
       {"label-node"},
       {"taints"}},
      {pool + ".patches", in_place, patched, {"apply-config"}},
      {pool + ".protect", nothing, "Only what later plans may delete changes."},
  };
}

std::vector<KeyMeaning> top_keys() {
  return {
      {"apiVersion", nothing, "There is one format so far."},
      {"kind", nothing, "There is one kind so far."},
      {"metadata.name", only_at_creation, "Another name is another cluster: the one of the old name stays as it is."},
      {"talos.version",
       restart,
       "Node by node, control planes first, minor by minor. Refused: back over a minor release, or what does not take "
       "the Kubernetes that runs.",
       {"upgrade-talos", "download-image"},
       {},
       {{"version-skew", ""}, {"downgrade", "upgrade-talos"}}},
      {"talos.schematic",
       restart,
       "Each node in turn is upgraded to the same release with the other image.",
       {"upgrade-talos", "download-image"}},
      {"talos.arch", only_at_creation, "It decides which image new machines boot.", {"download-image"}},
      {"kubernetes.version",
       in_place,
       "Minor by minor, node by node: the control plane's pods and the kubelets restart, other pods go on. Refused: "
       "back, or what this Talos does not take.",
       {"upgrade-kubernetes"},
       {},
       {{"version-skew", ""}, {"downgrade", "upgrade-kubernetes"}}},
      {"hyperv.via", nothing, "There is one way so far."},
      {"hyperv.switch",
       refused,
       "For a living cluster: no machine is moved to another switch (no-change-yet).",
       {"create-machine"},
       {},
       {{"no-change-yet", "start-machine"}}},
      {"hyperv.path",
       only_at_creation,
       "Machines that are there stay where they are.",
       {"create-disk", "create-machine"}},
      {"hyperv.isoPath", nothing, "Images are looked for and kept there from then on.", {"download-image"}},
      {"network.nodeSubnet",
       refused,
       "For a living cluster: node addresses are for life (node-subnet).",
       {"apply-config"},
       {"machine.network.", "machine.kubelet.nodeIP", "cluster.etcd.", "machineConfig"},
       {{"node-subnet", ""}, {"address-taken", ""}, {"addresses-exhausted", ""}}},
      {"network.podSubnet",
       refused,
       "For a living cluster: pods would be cut off (network-subnets).",
       {"apply-config"},
       {"cluster.network.podSubnets", "machineConfig"},
       {{"network-subnets", ""}}},
      {"network.serviceSubnet",
       refused,
       "For a living cluster: services would be cut off (network-subnets).",
       {"apply-config"},
       {"cluster.network.serviceSubnets", "machineConfig"},
       {{"network-subnets", ""}}},
      {"patches", in_place, patched, {"apply-config"}},
      {"protect", nothing, "Only what later plans may delete changes."},
      {"protectNodes", nothing, "Only what later plans may delete changes."},
      {"deadlines.*", nothing, "It counts from the next apply on."},
      {"routes.*", in_place, "Its route and its line of the hosts file change, nothing else.", route_ops},
      {"routes.*.service", in_place, "The route leads to the other service from then on.", route_ops},
      {"routes.*.port", in_place, "The route leads to the other port from then on.", route_ops},
  };
}

std::vector<KeyMeaning> addon_keys() {
  return {
      {"addons.*", in_place, "Taken out of the list it is uninstalled; the network never is (one-disruption).",
       whole_addon_ops},
      {"addons.*.name", replaces, "The release of the old name is uninstalled, one of the new name is installed.",
       whole_addon_ops},
      {"addons.*.enabled", in_place, "false: it is uninstalled.", whole_addon_ops},
      {"addons.*.chart", in_place, helm_upgrades, release_ops, {"chart", "release"}},
      {"addons.*.repo",
       in_place,
       "It counts when the chart is taken from there next.",
       release_ops,
       {"chart", "release"}},
      {"addons.*.version", in_place, helm_upgrades, release_ops, {"version", "release"}},
      {"addons.*.namespace",
       refused,
       "For an installed one: Helm moves no release (no-change-yet).",
       whole_addon_ops,
       {"release", "namespace"}},
      {"addons.*.values", in_place, helm_upgrades, release_ops, {"values.", "release"}},
      {"addons.*.valuesFile", in_place, helm_upgrades, release_ops, {"values.", "release"}},
      {"addons.*.after", nothing, "Only the order of later plans changes."},
      {"addons.*.ready", nothing, "Later plans wait for what it names."},
      {"addons.*.pool", in_place, "Services may get other addresses; the hosts file follows.", {"apply-address-pool"}},
  };
}

std::vector<KeyMeaning> all_keys() {
  std::vector<KeyMeaning> all = top_keys();
  const auto take_in = [&](std::vector<KeyMeaning> more) { std::ranges::move(more, std::back_inserter(all)); };
  take_in(pool_keys("controlPlane"));
  take_in(pool_keys("workers.*"));
  take_in({{"controlPlane", depends, each_key, node_ops},
           {"controlPlane.schedulable",
            in_place,
            "Pods may come from then on, or no new ones do.",
            {"apply-config"},
            {"cluster.allowSchedulingOnControlPlanes", "machineConfig"}},
           {"workers", depends, each_key, node_ops},
           {"workers.*", depends, each_key, node_ops},
           {"workers.*.name", replaces, "New nodes under the new name, then those of the old name go with their disks.",
            node_ops},
           {"workers.*.maxUnavailable", nothing, "Only how many nodes later plans change at once."}});
  for (const char* group : {"metadata", "talos", "kubernetes", "hyperv", "network", "deadlines"}) {
    all.push_back({group, depends, each_key});
  }
  all.push_back({"addons", depends, each_key, whole_addon_ops});
  all.push_back({"routes", depends, each_key, route_ops});
  take_in(addon_keys());
  return all;
}

std::vector<std::string_view> split(std::string_view key) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t dot = key.find('.');
    parts.push_back(key.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    key.remove_prefix(dot + 1);
  }
}

bool holds(std::string_view key, std::span<const std::string> names) {
  const std::vector<std::string_view> parts = split(key);
  if (parts.size() > names.size()) return false;
  return std::ranges::equal(parts, names.first(parts.size()),
                            [](std::string_view part, const std::string& name) { return part == "*" || part == name; });
}

}  // namespace

std::span<const KeyMeaning> key_meanings() {
  static const std::vector<KeyMeaning> all = all_keys();
  return all;
}

const KeyMeaning* meaning_of(std::span<const std::string> names) {
  const KeyMeaning* nearest = nullptr;
  for (const KeyMeaning& meaning : key_meanings()) {
    const bool is_nearer = nearest == nullptr || split(meaning.key).size() > split(nearest->key).size();
    if (is_nearer && holds(meaning.key, names)) nearest = &meaning;
  }
  return nearest;
}

std::string_view cost_text(ChangeCost cost) {
  switch (cost) {
    case nothing:
      return "nothing that runs is touched";
    case in_place:
      return "in place";
    case restart:
      return "restart";
    case replaces:
      return "machines come or go";
    case only_at_creation:
      return "only at creation";
    case refused:
      return "refused";
    case depends:
      return "it depends";
  }
  return "";
}

}  // namespace tbx
