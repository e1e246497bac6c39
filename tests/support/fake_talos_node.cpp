// What a single machine of FakeTalos answers and does.
#include <nlohmann/json.hpp>
#include <utility>

#include <fmt/format.h>

#include "tests/support/fake_talos.h"
#include "tests/support/fake_talos_files.h"
#include "tests/support/recorded.h"

namespace tbx::test {

namespace {

using nlohmann::json;

/// A recorded resource, with what is another here.
json resource(const std::string& recording, const std::string& node, const json& spec) {
  json made = json::parse(talosctl_output("emulator/" + recording + ".out"));
  made["node"] = node;
  made["spec"] = spec;
  return made;
}

}  // namespace

std::string FakeTalos::stage_of(const FakeTalosNode& node) const {
  if (!node.stage.empty()) return node.stage;
  if (node.config.empty()) return "maintenance";
  return node.is_control_plane && member_on(node.name) == nullptr ? "booting" : "running";
}

FakeTalos::Reply FakeTalos::resources(const FakeTalosNode& node, const std::string& name, const FakeTalosCall& call) {
  const std::string shown = call.is_insecure ? "" : name;
  const std::string& type = call.words.at(1);
  if (type == "machinestatus") {
    const std::string stage = stage_of(node);
    json unmet = json::array();
    if (stage == "booting") unmet.push_back({{"name", "services"}, {"reason", "etcd not running"}});
    const json status = {{"ready", unmet.empty()}, {"unmetConditions", unmet}};
    return {resource("machinestatus", shown, {{"stage", stage}, {"status", status}}).dump(4) + "\n"};
  }
  if (type == "systeminformation") {
    json spec = {{"manufacturer", "Microsoft Corporation"}, {"productName", "Virtual Machine"}, {"uuid", node.uuid}};
    return {resource("maintenance-systeminformation", shown, spec).dump(4) + "\n"};
  }
  if (call.is_insecure) return {"", {}, "rpc error: code = PermissionDenied desc = not authorized"};
  if (type == "machineconfig") return {resource("machineconfig", shown, node.config).dump(4) + "\n"};
  json extension = {{"metadata", {{"name", "schematic"}, {"version", node.schematic}}}, {"image", "0.sqsh"}};
  json made = resource("machinestatus", shown, extension);
  made["metadata"]["type"] = "ExtensionStatuses.runtime.talos.dev";
  made["metadata"]["id"] = "0";
  return {node.schematic.empty() ? "" : made.dump(4) + "\n"};
}

FakeTalos::Reply FakeTalos::reply(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call) {
  const std::string& line = call.line;
  for (const auto& [start, error] : failures_of_nodes[node.name]) {
    if (line.starts_with(start)) return {"", {}, error};
  }
  if (line.starts_with("get ")) return resources(node, name, call);
  if (line.starts_with("etcd ")) return etcd(node, name, call);
  if (line == "version") {
    return {json{{"metadata", {{"hostname", name}}}, {"version", {{"tag", node.version}, {"arch", "amd64"}}}}.dump() +
            "\n"};
  }
  if (line == "read /proc/sys/kernel/random/boot_id") {
    const int boot = node.boots > 1 && node.old_boot_answers-- > 0 ? node.boots - 1 : node.boots;
    return {fmt::format("5f0c9a3e-0000-4000-8000-{:012}\n", boot)};
  }
  if (line == "kubeconfig -") return {talosctl_output("emulator/kubeconfig.out")};
  return change(node, name, call);
}

FakeTalos::Reply FakeTalos::change(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call) {
  if (call.line == "apply-config") return apply_config(node, call);
  if (call.line == "bootstrap") return bootstrap(node);
  if (call.line == "upgrade") return upgrade(node, name, call);
  if (call.line == "service kubelet restart") {
    ++node.kubelet_starts;
    return {};
  }
  return {"", {}, "the fake has no answer for: " + call.line};
}

void FakeTalos::restart(FakeTalosNode& node) {
  ++node.boots;
  if (!node.staged_config.empty()) node.config = std::exchange(node.staged_config, "");
  if (node.closes_when_it_boots) node.port.reset();
}

FakeTalos::Reply FakeTalos::apply_config(FakeTalosNode& node, const FakeTalosCall& call) {
  const std::string config = fake_file_text(call.flag("-f"));
  files_read.push_back(config);
  const std::string mode = call.flag("--mode");
  if (mode == "staged") {
    node.staged_config = config;
    return {};
  }
  node.config = config;
  if (call.is_insecure) {
    const std::string image = json::parse(config.substr(0, config.find("\n---")))["machine"]["install"]["image"];
    node.version = image.substr(image.rfind(':') + 1);
  }
  if (call.is_insecure || mode == "reboot") restart(node);
  return {};
}

FakeTalos::Reply FakeTalos::upgrade(FakeTalosNode& node, const std::string& name, const FakeTalosCall& call) {
  const std::string image = call.flag("--image");
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  if (!node.goes_back_to_old) {
    node.version = image.substr(colon + 1);
    node.schematic = image.starts_with("factory.") ? image.substr(slash + 1, colon - slash - 1) : "";
  }
  restart(node);
  return {"", {{name, "Upgrade request received", "2026-11-23 03:48:37.357657264 +0000 UTC m=+0.032043093"}}};
}

}  // namespace tbx::test
