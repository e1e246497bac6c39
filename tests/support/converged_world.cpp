#include "tests/support/converged_world.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/machine_config.h"
#include "engine/node_network.h"
#include "engine/policy.h"
#include "specs/load.h"

namespace tbx::test {

namespace {

constexpr const char* cluster_id = "0123456789abcdef";

Mark mark_of(const ClusterSpec& wanted, const NodeSpec& node, const NodeNetwork& network, int number) {
  const NodeAddress& own = network.nodes.at(node.name);
  return {wanted.name,
          cluster_id,
          node.name,
          own.mac,
          fmt::format("bios-{}", number),
          own.address,
          network.subnet,
          BootstrapMark::bootstrapped};
}

void add_machine(const ClusterSpec& wanted, const NodeSpec& node, const NodeNetwork& network, int number,
                 Observed& found) {
  Mark mark = mark_of(wanted, node, network, number);
  std::string path = fmt::format("C:\\vms\\tbx\\{}\\{}\\disk.vhdx", wanted.name, node.name);
  found.host.machines.push_back({node.name, fmt::format("vm-{}", number), mark.bios_guid, mark.mac, Power::running,
                                 node.cpu_count, node.memory_mib, path, wanted.hyperv.switch_name,
                                 fmt::format("172.28.{}.{}", 17 + number / 200, 10 + number % 200), mark});
  found.host.disks.push_back({node.name, path, node.disk_gib, fmt::format("vm-{}", number), true, mark});
}

void add_talos(const ClusterSpec& wanted, const NodeSpec& node, const NodeNetwork& network, bool has_cni, int number,
               Observed& found) {
  TalosNode talos;
  talos.presence = Presence::present;
  talos.stage = TalosStage::running;
  talos.ready = true;
  talos.version = wanted.talos_version;
  talos.uuid = fmt::format("bios-{}", number);
  talos.hostname = node.name;
  talos.etcd_data = node.role == Role::control_plane ? Presence::present : Presence::absent;
  talos.config = wanted_config(wanted, node, {network, has_cni});
  found.talos[node.name] = talos;
  if (node.role == Role::control_plane) {
    found.etcd.members.push_back({fmt::format("{:016x}", number), node.name, true, false, found.etcd.members.empty()});
  }
}

void add_node(const NodeSpec& node, const NodeNetwork& network, int number, Observed& found) {
  KubernetesNode kubernetes;
  kubernetes.name = node.name;
  kubernetes.uid = fmt::format("uid-{}", number);
  kubernetes.system_uuid = fmt::format("bios-{}", number);
  kubernetes.ready = true;
  kubernetes.internal_address = network.nodes.at(node.name).address;
  kubernetes.labels = node.labels;
  for (const Taint& taint : node.taints) {
    const char* effect = taint.effect == TaintEffect::no_schedule ? "NoSchedule" : "NoExecute";
    kubernetes.taints.push_back(fmt::format("{}={}:{}", taint.key, taint.value, effect));
  }
  found.kubernetes.nodes.push_back(kubernetes);
}

void add_addons(const ClusterSpec& wanted, Observed& found) {
  for (const AddonSpec& addon : wanted.addons) {
    Release release;
    release.name = addon.name;
    release.namespace_name = addon.namespace_name;
    release.status = "deployed";
    release.revision = 1;
    release.chart = addon.chart.substr(addon.chart.find_last_of('/') + 1);
    release.version = addon.version;
    release.values = addon.values;
    release.ours = true;
    release.ready = Presence::present;
    found.helm.releases.push_back(release);
    found.kubernetes.namespaces.push_back({addon.namespace_name, addon.namespace_privileged});
    found.kubernetes.address_pool =
        addon.is_load_balancer ? "172.28.31.200-172.28.31.219" : found.kubernetes.address_pool;
    found.kubernetes.ingress_address = addon.is_ingress ? "172.28.31.200" : found.kubernetes.ingress_address;
  }
}

void add_routes(const ClusterSpec& wanted, Observed& found) {
  for (const RouteSpec& route : wanted.routes) {
    if (!route.served_by_ingress_itself) {
      found.kubernetes.routes.push_back({route.host, route.service_namespace, route.service, route.port, true});
    }
    found.access.hosts.push_back({route.host, found.kubernetes.ingress_address});
    found.access.probes.push_back({route.host, true, "HTTP 200"});
  }
}

void add_credentials(const ClusterSpec& wanted, Observed& found) {
  found.credentials = {Presence::present, cluster_id, Presence::present, {}, Presence::present, ""};
  for (const NodeSpec& node : wanted.nodes) {
    if (node.role == Role::control_plane) {
      found.credentials.talosconfig_endpoints.push_back(machine_named(found, node.name).dhcp_address);
    }
  }
  std::ranges::sort(found.credentials.talosconfig_endpoints);
  found.credentials.kubeconfig_server = fmt::format("https://{}:6443", found.credentials.talosconfig_endpoints.front());
}

}  // namespace

Observed empty_host() {
  Observed found;
  found.host.presence = Presence::present;
  found.host.arch = "amd64";
  found.host.switch_presence = Presence::present;
  found.host.switch_subnet = "172.28.16.0/20";
  found.host.switch_gateway = "172.28.16.1";
  found.talos_presence = Presence::present;
  found.etcd.presence = Presence::absent;
  found.kubernetes.presence = Presence::absent;
  found.helm.presence = Presence::absent;
  found.access.presence = Presence::present;
  found.credentials.secrets = Presence::absent;
  found.credentials.talosconfig = Presence::absent;
  found.credentials.kubeconfig = Presence::absent;
  return found;
}

Observed converged_world(const ClusterSpec& wanted) {
  Observed found = empty_host();
  NodeNetwork network = lay_out_node_network(wanted, found);
  bool has_cni = std::ranges::any_of(wanted.addons, &AddonSpec::is_cni);
  int number = 0;
  for (const NodeSpec& node : wanted.nodes) {
    ++number;
    add_machine(wanted, node, network, number, found);
    add_talos(wanted, node, network, has_cni, number, found);
    add_node(node, network, number, found);
  }
  found.host.images = {wanted.talos_version + "-amd64"};
  found.etcd.presence = found.kubernetes.presence = found.helm.presence = Presence::present;
  found.etcd.has_leader = true;
  std::ranges::sort(found.host.machines, {}, &Machine::name);
  std::ranges::sort(found.host.disks, {}, &Disk::node);
  std::ranges::sort(found.kubernetes.nodes, {}, &KubernetesNode::name);
  add_addons(wanted, found);
  add_routes(wanted, found);
  add_credentials(wanted, found);
  return found;
}

ClusterSpec spec_from(std::string_view yaml) {
  LoadedSpec loaded = load_cluster_spec(yaml, {"cluster.yaml"});
  for (const Problem& problem : loaded.problems) {
    ADD_FAILURE() << problem.line << ": " << problem.message;
  }
  return loaded.spec.value_or(ClusterSpec{});
}

ClusterSpec small_cluster(int control_planes, int workers, std::string_view addons) {
  return spec_from(
      fmt::format("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {{name: demo}}\n"
                  "spec:\n  controlPlane: {{count: {}}}\n  workers: {{count: {}}}\n  addons: [{}]\n",
                  control_planes, workers, addons));
}

Machine& machine_named(Observed& found, std::string_view name) {
  return *std::ranges::find(found.host.machines, name, &Machine::name);
}

Disk& disk_named(Observed& found, std::string_view node) {
  return *std::ranges::find(found.host.disks, node, &Disk::node);
}

KubernetesNode& node_named(Observed& found, std::string_view name) {
  return *std::ranges::find(found.kubernetes.nodes, name, &KubernetesNode::name);
}

void lose_machine(Observed& found, const std::string& name, bool disk_too) {
  std::erase_if(found.host.machines, [&](const Machine& machine) { return machine.name == name; });
  found.talos[name] = TalosNode{};
  found.talos[name].presence = Presence::absent;
  if (disk_too) {
    std::erase_if(found.host.disks, [&](const Disk& disk) { return disk.node == name; });
  } else {
    disk_named(found, name).attached_to.clear();
  }
  for (KubernetesNode& node : found.kubernetes.nodes) {
    node.ready = node.ready && node.name != name;
  }
  for (EtcdMember& member : found.etcd.members) {
    member.healthy = member.healthy && member.node != name;
  }
}

void switch_off(Observed& found, const std::string& name) {
  machine_named(found, name).power = Power::off;
  found.talos[name] = {};
  found.talos[name].presence = Presence::absent;
  for (EtcdMember& member : found.etcd.members) {
    member.healthy = member.healthy && member.node != name;
  }
}

void lose_quorum(Observed& found) {
  std::erase_if(found.etcd.members, [](const EtcdMember& member) { return !member.healthy; });
  for (EtcdMember& member : found.etcd.members) {
    member.healthy = false;
    member.leader = false;
  }
  found.etcd.has_leader = false;
  found.kubernetes = {};
  found.helm = {};
}

void add_foreign_machine(Observed& found, const std::string& name) {
  Machine foreign;
  foreign.name = name;
  foreign.id = "vm-foreign";
  foreign.power = Power::running;
  found.host.machines.push_back(foreign);
  std::ranges::stable_sort(found.host.machines, {}, &Machine::name);
}

}  // namespace tbx::test
