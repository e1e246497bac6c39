#include "tests/support/fake_talos_stage.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/ownership.h"
#include "providers/private_file.h"
#include "providers/talos/config_patches.h"
#include "tests/support/converged_world.h"
#include "tests/support/fake_talos_files.h"
#include "tests/support/recorded.h"

namespace tbx::test {

namespace {

void write_credentials(const std::filesystem::path& out) {
  EXPECT_TRUE(write_private_file(out / "secrets.yaml", talosctl_output("config/secrets.yaml")));
  EXPECT_TRUE(write_private_file(out / "talosconfig", fake_talosconfig("demo", 0)));
}

/// Of the host everything, of Talos nothing.
Observed host_of(const ClusterSpec& spec, const std::filesystem::path& out) {
  Observed found = converged_world(spec);
  found.credentials = CredentialReader(out).observe();
  found.talos.clear();
  found.etcd = {};
  for (Machine& machine : found.host.machines) machine.mark.cluster_id = found.credentials.cluster_id;
  for (Disk& disk : found.host.disks) disk.mark.cluster_id = found.credentials.cluster_id;
  return found;
}

/// The VIP; without node addresses the first control plane.
std::string endpoint_of(const StagedTalos& stage) {
  const std::string vip = lay_out_node_network(stage.spec, stage.found).vip;
  return fmt::format("https://{}:6443", vip.empty() ? stage.found.host.machines.front().dhcp_address : vip);
}

/// As the provider would have made it when the node was new.
std::string make_config(StagedTalos& stage, const NodeSpec& node) {
  Talosctl talosctl(stage.talos, stage.out / "talosconfig");
  MachineConfigs configs(talosctl, stage.out);
  const NodeNetwork network = lay_out_node_network(stage.spec, stage.found);
  ConfigBase base;
  base.role = node.role;
  base.endpoint = endpoint_of(stage);
  base.kubernetes_version = "1.35.0";
  base.install_image = installer_image(stage.spec, stage.spec.talos_version);
  base.contract = "v1.12";
  auto config = configs.make(stage.spec.name, base, patches_for(stage.spec, node, {network, false}, base.contract), {});
  EXPECT_TRUE(config) << config.error().message << config.error().detail;
  return config.value_or("");
}

/// Made once for all stages with this endpoint: else they differ only in their size.
const std::string& config_of(StagedTalos& stage, const NodeSpec& node) {
  static std::map<std::pair<std::string, std::string>, std::string> known;
  std::string& config = known[{endpoint_of(stage), node.name}];
  if (config.empty()) {
    config = make_config(stage, node);
  }
  return config;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

StagedTalos::StagedTalos(int control_planes, int workers) : StagedTalos(small_cluster(control_planes, workers)) {}

StagedTalos::StagedTalos(const ClusterSpec& wanted)
    : out(folder / "_out/demo"),
      spec(wanted),
      found((write_credentials(out), host_of(spec, out))),
      provider(talos, out) {
  for (const NodeSpec& node : spec.nodes) {
    Machine& machine = machine_named(found, node.name);
    const bool is_control_plane = node.role == Role::control_plane;
    FakeTalosNode& made = talos.add(node.name, machine.bios_guid, machine.mark.node_address, is_control_plane);
    machine.dhcp_address = made.address;
    made.version = spec.talos_version;
    made.config = config_of(*this, node);
    if (is_control_plane) {
      talos.join(node.name, fake_member_id(node.name));
    }
  }
  talos.calls.clear();
  talos.files_read.clear();
}

void StagedTalos::blank(const std::string& name) {
  node(name).config.clear();
  node(name).has_etcd_data = false;
  disk_named(found, name).was_booted = false;
  std::erase_if(talos.members, [&](const FakeEtcdMember& member) { return member.node == name; });
}

void StagedTalos::blank_all() {
  for (const NodeSpec& each : spec.nodes) {
    blank(each.name);
  }
  talos.leader.clear();
}

void StagedTalos::forget_etcd() {
  for (const NodeSpec& each : spec.nodes) {
    node(each.name).has_etcd_data = false;
  }
  talos.members.clear();
  talos.leader.clear();
}

void StagedTalos::forget_credentials() {
  blank_all();
  std::filesystem::remove(out / "secrets.yaml");
  std::filesystem::remove(out / "talosconfig");
}

std::vector<std::string> StagedTalos::member_names() const {
  std::vector<std::string> names;
  std::ranges::transform(talos.members, std::back_inserter(names), &FakeEtcdMember::node);
  return names;
}

const Observed& StagedTalos::look() {
  provider.observe(spec, Scope{}, found);
  return found;
}

Status StagedTalos::apply(const Op& op) {
  ApplyContext context{spec, found, [this](const std::string& what) { told.push_back(what); }, look_at_host};
  return provider.apply(op, context, stop.get_token());
}

std::vector<std::string> StagedTalos::changes_of(const Op& op) {
  talos.calls.clear();
  Status status = apply(op);
  EXPECT_TRUE(status) << status.error().message << "\n" << status.error().detail;
  return changes();
}

std::vector<std::string> StagedTalos::changes() const {
  std::vector<std::string> lines;
  for (const ToolCall& call : talos.calls) {
    if (call.effect == ToolEffect::changes) {
      lines.push_back(plain(command_line(call)));
    }
  }
  return lines;
}

std::string StagedTalos::waited_for(const Op& op) {
  ApplyContext context{spec, found, [&](const std::string& what) {
                         told.push_back(what);
                         stop.request_stop();
                       }};
  Status status = provider.apply(op, context, stop.get_token());
  EXPECT_FALSE(status) << "nothing was waited for";
  if (status || told.empty()) {
    return "";
  }
  EXPECT_EQ(status.error(), (Error{ErrorKind::cancelled, "stopped while waiting: " + told.back(), ""}))
      << status.error().message;
  return told.back();
}

std::string StagedTalos::command(const std::string& name, const std::string& words) {
  const FakeTalosNode& asked = node(name);
  return fmt::format("talosctl --talosconfig OUT/talosconfig -e <{}> -n {} {}", name,
                     asked.node_address.empty() ? "<" + name + ">" : asked.node_address, words);
}

std::string StagedTalos::plain(std::string text) const {
  replace_all(text, out.string(), "OUT");
  for (const Machine& machine : found.host.machines) {
    if (!machine.dhcp_address.empty()) {
      replace_all(text, machine.dhcp_address, "<" + machine.name + ">");
    }
  }
  return text;
}

std::string fake_member_id(const std::string& name) { return "00000000000000" + name.substr(name.size() - 2); }

std::vector<std::string> fake_secret_values() {
  std::vector<std::string> secrets;
  std::istringstream lines(talosctl_output("config/secrets.yaml"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    const std::string key = line.substr(0, colon);
    // The ID is no secret, and so are certificates.
    if (colon != std::string::npos && !key.ends_with(" id") && !key.ends_with("crt")) {
      secrets.push_back(line.substr(colon + 2));
    }
  }
  return secrets;
}

}  // namespace tbx::test
