#include "tests/support/fake_kubernetes.h"

#include <algorithm>
#include <fstream>
#include <random>

#include <fmt/format.h>

#include "providers/api_server.h"
#include "providers/credentials.h"
#include "tests/support/converged_world.h"

namespace tbx::test {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* pointer) { return object.value(json::json_pointer(pointer), ""); }

/// The value of `--name=value`; empty without.
std::string option(const ToolCall& call, const std::string& name) {
  const std::string start = name + "=";
  for (const std::string& argument : call.arguments) {
    if (argument.starts_with(start)) return argument.substr(start.size());
  }
  return "";
}

/// Without the arguments that say where, which every call has.
std::string line_of(const ToolCall& call) {
  std::string line = call.tool;
  for (const std::string& argument : call.arguments) {
    bool says_where = std::ranges::any_of(
        std::vector<std::string>{"--kubeconfig=", "--server=", "--cache-dir=", "--request-timeout="},
        [&](const std::string& start) { return argument.starts_with(start); });
    line += says_where ? "" : " " + argument;
  }
  return line;
}

CommandOutput not_found(const std::string& what) {
  return {1, "", fmt::format("Error from server (NotFound): {} not found\n", what)};
}

json managed_fields(const json& manifest) {
  json owned = json::object();
  for (const char* part : {"labels", "annotations"}) {
    const json named = manifest["metadata"].value(part, json::object());
    for (const auto& [key, ignored] : named.items()) {
      owned["f:metadata"][std::string("f:") + part]["f:" + key] = json::object();
    }
  }
  return json::array({{{"manager", "tbx"}, {"operation", "Apply"}, {"fieldsV1", owned}}});
}

/// What was owned before and is named no more goes.
void drop_owned(json& object) {
  const json entries = object["metadata"].value("managedFields", json::array());
  for (const json& entry : entries) {
    for (const char* part : {"labels", "annotations"}) {
      const json owned =
          entry["fieldsV1"].value(json::json_pointer("/f:metadata/f:" + std::string(part)), json::object());
      for (const auto& [field, ignored] : owned.items()) {
        object["metadata"][part].erase(field.substr(2));
      }
    }
  }
}

}  // namespace

Result<CommandOutput> FakeKubernetes::run(const ToolCall& call, std::stop_token stop) {
  before_call(call);
  if (stop.stop_requested()) {
    bool changes = call.effect == ToolEffect::changes;
    return failure(changes ? ErrorKind::outcome_unknown : ErrorKind::cancelled, call.tool + " was stopped");
  }
  std::lock_guard lock(mutex_);
  std::string line = line_of(call);
  calls.push_back(line);
  full_calls.push_back(call);
  for (const auto& [start, output] : failures) {
    if (line.starts_with(start)) return output;
  }
  return answer(line, call);
}

CommandOutput FakeKubernetes::answer(const std::string& line, const ToolCall& call) {
  auto begins = [&](std::string_view start) { return line.starts_with(start); };
  if (begins("kubectl get --raw=/version")) return {0, json{{"gitVersion", version}}.dump(), ""};
  if (begins("kubectl get --raw=/readyz")) return {0, "ok", ""};
  if (begins("kubectl get ")) return get(call);
  if (begins("kubectl apply ")) return apply(call);
  if (begins("kubectl patch nodes ")) return patch(call);
  if (begins("kubectl delete ")) return remove(call);
  if (begins("kubectl wait ")) return {0, "condition met\n", ""};
  if (begins("helm show crds ")) return {0, definitions, ""};
  if (line.find(" kubeconfig ") != std::string::npos) return {0, talos_kubeconfig, ""};
  if (line.find(" upgrade-k8s ") != std::string::npos) return upgrade(call);
  if (begins("kubectl drain ") || begins("kubectl uncordon ")) {
    json* node = find("Node", "", call.arguments.at(1));
    if (node == nullptr) return not_found(fmt::format("nodes \"{}\"", call.arguments.at(1)));
    (*node)["spec"]["unschedulable"] = begins("kubectl drain ");
    if (!begins("kubectl drain ") || drains.empty()) return {0, "", ""};
    CommandOutput output = drains.front();
    drains.erase(drains.begin());
    return output;
  }
  return {1, "", "error: the fake has no answer for: " + line + "\n"};
}

CommandOutput FakeKubernetes::get(const ToolCall& call) {
  static const std::map<std::string, std::string> kinds = {{"nodes", "Node"},
                                                           {"namespaces", "Namespace"},
                                                           {"services", "Service"},
                                                           {"ingresses.networking.k8s.io", "Ingress"},
                                                           {"poddisruptionbudgets.policy", "PodDisruptionBudget"},
                                                           {"apiservices.apiregistration.k8s.io", "APIService"},
                                                           {"ipaddresspools.metallb.io", "IPAddressPool"}};
  std::string wanted = call.arguments.at(1);
  if (!call.arguments.at(2).starts_with("-")) {
    json* object = find(kinds.at(wanted), "", call.arguments.at(2));
    return object == nullptr ? not_found(fmt::format("{} \"{}\"", wanted, call.arguments.at(2)))
                             : CommandOutput{0, object->dump(), ""};
  }
  std::string selector = option(call, "--selector");
  json list = {{"kind", "List"}, {"items", json::array()}};
  for (std::size_t end = 0; !wanted.empty(); wanted.erase(0, end == wanted.size() ? end : end + 1)) {
    end = std::min(wanted.find(','), wanted.size());
    std::string kind = kinds.at(wanted.substr(0, end));
    if (kind == "IPAddressPool" && !serves_pools) {
      return {1, "", "error: the server doesn't have a resource type \"ipaddresspools\"\n"};
    }
    if (kind == "APIService" && serves_pools) {
      list["items"].push_back({{"kind", "APIService"}, {"metadata", {{"name", "v1beta1.metallb.io"}}}});
    }
    for (const auto& [key, object] : objects_) {
      bool fits = selector.empty() || selector == "tbx/cluster=" + text_at(object, "/metadata/labels/tbx~1cluster");
      if (key.front() == kind && fits) list["items"].push_back(object);
    }
  }
  return {0, list.dump(), ""};
}

CommandOutput FakeKubernetes::apply(const ToolCall& call) {
  json manifest = json::parse(call.input, nullptr, false);
  if (!manifest.is_object()) return {0, "serverside-applied\n", ""};  // YAML: definitions of a chart
  const json items = manifest["kind"] == "List" ? manifest["items"] : json::array({manifest});
  for (const json& item : items) {
    std::string uid = text_at(item, "/metadata/uid");
    json* there = find(item["kind"], text_at(item, "/metadata/namespace"), item["metadata"]["name"]);
    if (!uid.empty() && (there == nullptr || text_at(*there, "/metadata/uid") != uid)) {
      return {1, "", "error: Operation cannot be fulfilled on nodes: uid mismatch\n"};
    }
    if (item["kind"] == "IPAddressPool" && !serves_pools) {
      return {1, "", "error: resource mapping not found: no matches for kind \"IPAddressPool\"\n"};
    }
    apply_object(item);
  }
  return {0, "serverside-applied\n", ""};
}

void FakeKubernetes::apply_object(const json& manifest) {
  json& object = objects_[{manifest["kind"], text_at(manifest, "/metadata/namespace"), manifest["metadata"]["name"]}];
  if (object.is_null()) object = {{"metadata", json::object()}};
  drop_owned(object);
  object.merge_patch(manifest);
  object["metadata"]["managedFields"] = managed_fields(manifest);
}

CommandOutput FakeKubernetes::patch(const ToolCall& call) {
  json* node = find("Node", "", call.arguments.at(2));
  if (node == nullptr) return not_found("nodes");
  json patch = json::parse(option(call, "--patch"));
  json before = node->value(json::json_pointer("/spec/taints"), json());
  if (before != patch[0]["value"]) {
    return {1, "", "The request is invalid: the server rejected our request due to an error in our request\n"};
  }
  (*node)["spec"]["taints"] = patch[1]["value"];
  if (patch[1]["value"].empty()) (*node)["spec"].erase("taints");
  return {0, "patched\n", ""};
}

CommandOutput FakeKubernetes::remove(const ToolCall& call) {
  std::string raw = option(call, "--raw");
  if (raw.empty()) {
    objects_.erase({"Ingress", option(call, "--namespace"), call.arguments.at(2)});
    return {0, "", ""};
  }
  std::string name = raw.substr(raw.rfind('/') + 1);
  json* node = find("Node", "", name);
  if (node == nullptr) return not_found(name);
  if (json::parse(call.input)["preconditions"]["uid"] != (*node)["metadata"]["uid"]) {
    return {1, "", "Error from server (Conflict): Operation cannot be fulfilled on Node: the UID does not match\n"};
  }
  objects_.erase({"Node", "", name});
  return {0, "", ""};
}

CommandOutput FakeKubernetes::upgrade(const ToolCall& call) {
  auto to = std::ranges::find(call.arguments, "--to");
  version = "v" + *std::next(to);
  for (auto& [key, object] : objects_) {
    if (key.front() == "Node") object["status"]["nodeInfo"]["kubeletVersion"] = version;
  }
  return {0, "updating kubelets\n", ""};
}

void FakeKubernetes::add_node(const std::string& name, const std::string& system_uuid) {
  add({{"kind", "Node"},
       {"metadata", {{"name", name}, {"uid", "uid-of-" + name}, {"labels", {{"kubernetes.io/hostname", name}}}}},
       {"spec", json::object()},
       {"status",
        {{"nodeInfo", {{"systemUUID", system_uuid}, {"kubeletVersion", version}}},
         {"conditions", json::array({{{"type", "Ready"}, {"status", "True"}}})},
         {"addresses", json::array({{{"type", "InternalIP"}, {"address", "10.77.0.11"}}})}}}});
}

void FakeKubernetes::add(json object) {
  objects_[{object["kind"], text_at(object, "/metadata/namespace"), object["metadata"]["name"]}] = object;
}

json* FakeKubernetes::find(const std::string& kind, const std::string& space, const std::string& name) {
  auto place = objects_.find({kind, space, name});
  return place == objects_.end() ? nullptr : &place->second;
}

ApiPlace::ApiPlace() {
  folder_ = std::filesystem::temp_directory_path() / fmt::format("tbx-kubernetes-{:08x}", std::random_device{}());
  credentials_ = folder_ / "_out" / "lab";
  std::filesystem::create_directories(credentials_);
  std::ofstream(credentials_ / "secrets.yaml") << "cluster: {id: some-id, secret: some-secret}\n";
  std::ofstream(credentials_ / "kubeconfig")
      << fmt::format("clusters: [{{name: lab, cluster: {{server: 'https://{}:6443'}}}}]\n", address());
  cluster_id_ = cluster_id_from("some-id");
}

ApiPlace::~ApiPlace() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Observed world_at(const ClusterSpec& spec, const ApiPlace& place) {
  Observed found = converged_world(spec);
  found.credentials.cluster_id = place.cluster_id();
  bool is_first = true;
  for (Machine& machine : found.host.machines) {
    machine.mark.cluster_id = place.cluster_id();
    machine.dhcp_address = is_first ? place.address() : "";
    is_first = false;
  }
  return found;
}

}  // namespace tbx::test
