// See recorded_cluster.h. A recording that can't be read throws, and fails the test.
#include "tests/support/recorded_cluster.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "providers/talos/etcd_state.h"
#include "providers/talos/parse_machine_config.h"
#include "providers/talos/parse_node.h"
#include "providers/talos/talos_node.h"
#include "specs/document.h"
#include "specs/load.h"
#include "specs/mask.h"
#include "specs/sha256.h"
#include "tests/support/recorded.h"

namespace tbx::test {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const std::map<std::string, std::string> our_names = {
    {"cp-1", "demo-cp-01"}, {"cp-2", "demo-cp-02"}, {"cp-3", "demo-cp-03"}, {"w-1", "demo-worker-01"}};

std::vector<TalosResource> resources(const std::string& name) {
  return parse_resources(talosctl_output("emulator/" + name + ".out")).value();
}

json yaml_of(const std::string& file) {
  return read_yaml(make_source(file, talosctl_output(file)), DocumentCount::one).documents.at(0).value;
}

Snapshot hand_given() {
  std::ifstream in(fs::path(TBX_SOURCE_DIR) / "tests" / "seam" / "host.json", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return snapshot_from_json(text, "host.json").value();
}

/// The config that was recorded is the first control plane's; the others' differ from it by the host name, and the
/// worker's by its base.
FlatConfig config_of(const DiscoveredMember& member, const FingerprintKey& key) {
  std::vector<json> running = active_machine_config(resources("machineconfig").at(0)).value();
  std::string base_file = member.role == Role::control_plane ? "config/controlplane.yaml" : "config/worker.yaml";
  std::vector<json> base = parse_machine_config(talosctl_output(base_file)).value();
  running.at(1)["hostname"] = our_names.at(member.hostname);
  if (member.role == Role::worker) {
    running.at(0) = base.at(0);
  }
  return machine_config_overlay(base, running, &key);
}

/// Every machine's status and system information look alike but for their values; that of the first was recorded.
TalosNode talos_node_of(const DiscoveredMember& member) {
  TalosNode node = make_talos_node(resources("machinestatus"));
  node.hostname = our_names.at(member.hostname);
  node.version = member.version;
  node.addresses = member.addresses;
  if (member.role == Role::control_plane) {
    node.etcd_data = parse_etcd_data(talosctl_call("emulator/ls-etcd-present", 0));
  } else {
    node.etcd_data = Presence::absent;
  }
  return node;
}

EtcdState etcd() {
  EtcdAnswers answers;
  answers.members = parse_etcd_members(talosctl_output("emulator/etcd-members-two-nodes.out")).value();
  answers.statuses = parse_etcd_status(talosctl_output("emulator/etcd-status.out")).value();
  answers.alarms = parse_etcd_alarms(talosctl_call("emulator/etcd-alarm-list-none", 0).out).value();
  for (EtcdMemberRow& row : answers.members) {
    row.hostname = our_names.at(row.hostname);
  }
  return make_etcd_state(answers);
}

CredentialState credentials() {
  CredentialState state;
  state.secrets = Presence::present;
  state.cluster_id = sha256_hex(yaml_of("config/secrets.yaml")["cluster"]["id"].get<std::string>()).substr(0, 16);
  state.talosconfig = Presence::present;
  state.talosconfig_endpoints = {"127.0.88.11", "127.0.88.12", "127.0.88.13"};
  state.kubeconfig = Presence::present;
  state.kubeconfig_server = yaml_of("emulator/kubeconfig.out")["clusters"][0]["cluster"]["server"];
  return state;
}

void set_cluster_id(Observed& observed) {
  for (Machine& machine : observed.host.machines) {
    machine.mark.cluster_id = observed.credentials.cluster_id;
  }
  for (Disk& disk : observed.host.disks) {
    disk.mark.cluster_id = observed.credentials.cluster_id;
  }
}

}  // namespace

Snapshot recorded_cluster() {
  Snapshot snapshot = hand_given();
  Observed& observed = snapshot.observed;
  const FingerprintKey key =
      fingerprint_key_from(yaml_of("config/secrets.yaml")["cluster"]["secret"].get<std::string>());
  observed.credentials = credentials();
  observed.talos_presence = Presence::present;
  const std::vector<DiscoveredMember> members = parse_members(resources("members")).value();
  for (const DiscoveredMember& member : members) {
    TalosNode node = talos_node_of(member);
    node.config = config_of(member, key);
    auto machine = std::ranges::find(observed.host.machines, node.hostname, &Machine::name);
    node.uuid = machine->bios_guid;
    observed.talos[node.hostname] = node;
  }
  observed.etcd = etcd();
  set_cluster_id(observed);
  return snapshot;
}

Snapshot recorded_cluster_in_maintenance() {
  Snapshot snapshot = hand_given();
  Observed& observed = snapshot.observed;
  observed.credentials.secrets = Presence::present;
  observed.credentials.cluster_id = credentials().cluster_id;
  observed.credentials.talosconfig = Presence::absent;
  observed.credentials.kubeconfig = Presence::absent;
  observed.talos_presence = Presence::present;
  observed.kubernetes = {};
  observed.kubernetes.presence = Presence::absent;
  observed.helm.presence = Presence::absent;
  std::vector<TalosResource> all = resources("maintenance-machinestatus");
  std::ranges::copy(resources("maintenance-version-resource"), std::back_inserter(all));
  for (Machine& machine : observed.host.machines) {
    machine.mark.bootstrap = BootstrapMark::none;
    TalosNode& node = observed.talos[machine.name] = make_talos_node(all);
    node.uuid = machine.bios_guid;
    node.addresses = {machine.dhcp_address};
  }
  for (Disk& disk : observed.host.disks) {
    disk.mark.bootstrap = BootstrapMark::none;
    disk.was_booted = false;  // the image was booted, and nothing installed
  }
  observed.etcd.presence = Presence::absent;
  set_cluster_id(observed);
  return snapshot;
}

ClusterSpec recorded_cluster_spec() {
  LoadedSpec loaded = load_cluster_file(fs::path(TBX_SOURCE_DIR) / "tests" / "seam" / "cluster.yaml");
  return loaded.spec.value();
}

}  // namespace tbx::test
